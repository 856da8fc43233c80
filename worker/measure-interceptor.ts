import type { Activities } from '../activities/index.js';
import { aroundActivity } from './around-activity.js';

/** Names of the histograms, in milliseconds. */
const STEP = 'vqi_step_milliseconds';
const QUEUE = 'vqi_queue_age_milliseconds';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Steps take a few milliseconds to hours; the default buckets end at a minute. */
const BUCKETS = [
  10,
  50,
  100,
  500,
  SECOND,
  5 * SECOND,
  15 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  6 * HOUR,
];
export const METRIC_BUCKETS: Readonly<Record<string, number[]>> = { [STEP]: BUCKETS, [QUEUE]: BUCKETS };

type Result<Name extends keyof Activities> = Awaited<ReturnType<Activities[Name]>>;

/**
 * Counts, for all activities, what they did, and measures how long they waited and worked: metrics of the worker (VQI_METRICS),
 * and one line in its log.
 */
export const measureInterceptor = aroundActivity(async (context, input, next) => {
  const { info, log, metricMeter } = context;
  const step = info.activityType;
  const count = (name: string, value: number, tags: Record<string, string> = {}): void =>
    metricMeter.createCounter(name).add(value, tags);
  const countDone = (result: unknown): void => {
    if (step === 'decodeCapture') {
      count('vqi_captures', 1, { outcome: 'decoded' });
      count('vqi_packets', (result as Result<'decodeCapture'>).packets);
    } else if (step === 'decodeCaptures') {
      const { decoded, skipped } = result as Result<'decodeCaptures'>;
      count('vqi_captures', decoded.length, { outcome: 'decoded' });
      count('vqi_captures', skipped.length, { outcome: 'skipped' });
      count(
        'vqi_packets',
        decoded.reduce((sum, { packets }) => sum + packets, 0),
      );
    } else if (step === 'trainTrial') {
      const { reused } = result as Result<'trainTrial'>;
      count('vqi_trials', 1, { outcome: reused ? 'reused' : 'trained' });
    }
  };
  // The clocks of two machines may differ.
  const waitedMs = Math.max(0, Date.now() - info.currentAttemptScheduledTimestampMs);
  metricMeter.createHistogram(QUEUE, 'int', 'ms').record(Math.round(waitedMs));
  const startMs = performance.now();
  const record = (outcome: string): number => {
    const ms = Math.round(performance.now() - startMs);
    metricMeter.createHistogram(STEP, 'int', 'ms').record(ms, { outcome });
    return ms;
  };
  try {
    const result = await next(input);
    log.info('step done', { ms: record('done'), waitedMs });
    countDone(result);
    return result;
  } catch (error) {
    const isCancelled = context.cancellationSignal.aborted;
    const ms = record(isCancelled ? 'cancelled' : 'failed');
    const name = error instanceof Error ? error.name : 'unknown';
    if (!isCancelled) count('vqi_failures', 1, { error: name });
    log.info(isCancelled ? 'step cancelled' : 'step failed', { ms, waitedMs, reason: name });
    throw error;
  }
});
