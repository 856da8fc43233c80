import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { ServiceError, type Client } from '@temporalio/client';
import ora from 'ora';
import { z } from 'zod';
import { countText } from '../common/count-text.js';
import type { CrossEvaluationProgress } from '../workflows/cross-evaluate.js';
import { leaderText } from '../workflows/search/leader-text.js';
import type { PipelineProgress } from '../workflows/video-quality-pipeline.js';
import { IngestLine, ingestedText } from './ingest-line.js';
import { RetriedSteps } from './retried-steps.js';
import { say, sayWhile } from './say.js';

const POLL_MS = 500;
const LOG_LINE_MS = 5000;
const LOST_MS = 3000;

/** Why the progress is no longer shown, if the run has succeeded. */
const COMPLETED = 'completed';

type AnyProgress = { readonly stage: string } & Partial<
  Pick<PipelineProgress, 'captures' | 'trials' | 'warnings'> & Pick<CrossEvaluationProgress, 'parts'>
>;

const warnedSchema = z.object({ warnings: z.array(z.string()) });

/**
 * Waits for a run and shows its progress on standard error: a live line on a terminal, otherwise a line at least every
 * five seconds. Shows each warning once, including those known only at the end.
 * @param lost rejects when there is nothing left to wait for
 * @throws the error of the run, or the error of `lost`
 */
export async function followProgress<Result>(
  client: Client,
  runId: string,
  lost: Promise<never>,
): Promise<Result> {
  const ended = new AbortController();
  const waiting = new AbortController();
  const result = untilAborted(
    client,
    waiting.signal,
    () => client.workflow.getHandle(runId).result() as Promise<Result>,
  );
  const warned = new Set<string>();
  const lines = new LogLines();
  const shown = isTerminal()
    ? show(client, runId, ended.signal, warned, lines)
    : sayWhile(() => lines.last, show(client, runId, ended.signal, warned, lines));
  let outcome: Result;
  try {
    outcome = await Promise.race([result, lost]);
    ended.abort(COMPLETED);
  } catch (error) {
    // When a server ends, requests fail before `lost` notices that its lock is free.
    if (error instanceof ServiceError) await Promise.race([lost, delay(LOST_MS)]);
    throw error;
  } finally {
    ended.abort();
    waiting.abort();
    await shown;
    // Otherwise the client retries on a closed connection and throws an error that nothing catches.
    await result.catch(() => undefined);
  }
  const { data } = warnedSchema.safeParse(outcome);
  for (const warning of new Set(data?.warnings)) if (!warned.has(warning)) say(`warning: ${warning}`);
  return outcome;
}

/** Each call gets its own signal, because the client adds a listener to the signal and never removes it. */
async function untilAborted<T>(client: Client, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  const own = new AbortController();
  const stop = (): void => own.abort();
  setMaxListeners(0, own.signal);
  signal.addEventListener('abort', stop);
  try {
    return await client.withAbortSignal(own.signal, call);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Whether a line can be overwritten. On a terminal without a width, ora would write lines without end. */
function isTerminal(): boolean {
  return process.stderr.isTTY && process.stderr.columns > 0;
}

async function show(
  client: Client,
  runId: string,
  signal: AbortSignal,
  warned: Set<string>,
  lines: LogLines,
): Promise<void> {
  // With `discardStdin`, ora sets the terminal to raw mode, in which Ctrl-C sends no signal.
  const spinner = ora({ stream: process.stderr, isSilent: !isTerminal(), discardStdin: false });
  const handle = client.workflow.getHandle(runId);
  const ingest = new IngestLine(client);
  const failures = new RetriedSteps(client);
  let stage = '';
  while (!signal.aborted) {
    // While no worker serves the run, a query blocks until it is aborted.
    const progress = await untilAborted(client, signal, () => handle.query<AnyProgress>('progress')).catch(
      () => null,
    );
    if (progress !== null) {
      for (const warning of (progress.warnings ?? []).filter((text) => !warned.has(text))) {
        warned.add(warning);
        spinner.warn(warning);
        if (!isTerminal()) say(`warning: ${warning}`);
      }
      for (const failure of await untilAborted(client, signal, () =>
        failures.news(runId, performance.now()),
      )) {
        spinner.warn(failure);
        if (!isTerminal()) say(failure);
      }
      const { captures } = progress;
      const line =
        progress.stage === 'ingesting' && captures !== undefined
          ? await untilAborted(client, signal, () => ingest.text(captures, performance.now())).catch(
              () => progress.stage,
            )
          : describe(progress);
      const isNewStage = progress.stage !== stage;
      if (isNewStage && stage !== '') spinner.succeed(endOf(stage, progress));
      stage = progress.stage;
      spinner.start(line);
      if (!isTerminal()) lines.write(line, isNewStage);
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  if (signal.reason === COMPLETED && stage !== '') spinner.succeed(stage);
  else spinner.stop();
}

/** Progress lines for an output that cannot overwrite a line: no line twice in a row, and one every few seconds in a stage. */
class LogLines {
  #last = 'waiting for the worker';
  #lastMs = -Infinity;

  /** The last line written. */
  get last(): string {
    return this.#last;
  }

  write(line: string, atOnce: boolean): void {
    if (line === this.#last || (!atOnce && performance.now() - this.#lastMs < LOG_LINE_MS)) return;
    say(line);
    this.#last = line;
    this.#lastMs = performance.now();
  }
}

/** The line that stays of a stage, by the progress after it. */
function endOf(stage: string, progress: AnyProgress): string {
  return stage === 'ingesting' && progress.captures !== undefined
    ? ingestedText(progress.captures)
    : describe({ ...progress, stage });
}

function describe({ stage, trials, parts }: AnyProgress): string {
  if (stage === 'running the parts' && parts !== undefined)
    return `${parts.done} of ${countText(parts.total, 'part')} done; ${parts.running ?? 'none'} running`;
  if (trials === undefined || trials.total === 0 || stage !== 'searching') return stage;
  const failed = trials.failed > 0 ? `, ${trials.failed} failed` : '';
  return `searching: ${trials.done} of ${countText(trials.total, 'training')} of ${countText(trials.trials, 'trial')} done${failed}${leaderText(trials)}`;
}
