import {
  ApplicationFailure,
  condition,
  executeChild,
  isCancellation,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import type { TrainTrialInput, TrialScore } from '../activities/trials.js';
import type { SearchConfig, TrialSpec } from '../schemas/search.js';
import { failureReason } from './failure-reason.js';
import { trialWorkflowId } from './ids.js';
import { runTrial } from './run-trial.js';

export type TrialState = 'waiting' | 'running' | 'completed' | 'failed';

/** Where one trial stands, as the `progress` query tells it. */
export interface TrialStatus {
  readonly trial: number;
  readonly family: string;
  state: TrialState;
  runs: number;
  macroF1: number | null;
  reason: string | null;
}

export interface ScoredTrial {
  readonly spec: TrialSpec;
  readonly score: TrialScore;
}

/**
 * Runs trials as child workflows, a bounded number at a time. A failed trial is a result: the search goes on, and
 * `retry` starts it again under the same id, alone.
 */
export class TrialSearch {
  readonly statuses: TrialStatus[] = [];
  private readonly specs = new Map<number, TrialSpec>();
  private readonly scores = new Map<number, TrialScore>();
  private readonly waiting: number[] = [];
  private running = 0;
  private state: 'planned' | 'open' | 'closed' = 'planned';
  private cancelled: Error | null = null;

  /** Why these trials cannot be retried now, or null where they can. */
  refuseRetry(trials: readonly number[]): string | null {
    if (this.state === 'planned') return 'the search has not begun';
    if (this.state === 'closed') {
      return 'the search has ended and its best model is chosen; set search.holdForRetrySeconds to keep it open';
    }
    if (trials.length === 0) return 'name at least one trial: {"trials": [3]}';
    for (const trial of trials) {
      const status = this.statuses.find((candidate) => candidate.trial === trial);
      if (status === undefined)
        return `there is no trial ${trial}; the search has 1 to ${this.statuses.length}`;
      if (status.state !== 'failed')
        return `trial ${trial} is ${status.state}; only failed trials are retried`;
    }
    return null;
  }

  /** Queues failed trials again. */
  retry(trials: readonly number[]): void {
    for (const trial of new Set(trials)) {
      this.status(trial).state = 'waiting';
      this.waiting.push(trial);
    }
  }

  /**
   * Runs every trial, then waits for retries of the failed ones as long as the configuration says.
   * @returns the scored trials, the highest mean macro-F1 first; of equals, the lower number.
   * @throws ApplicationFailure where more trials failed than `maxFailedShare` allows.
   */
  async run(
    specs: readonly TrialSpec[],
    search: SearchConfig,
    input: Omit<TrainTrialInput, 'spec'>,
    onChange: () => void,
  ): Promise<ScoredTrial[]> {
    for (const spec of specs) {
      this.specs.set(spec.trial, spec);
      this.statuses.push({
        trial: spec.trial,
        family: spec.setting.family,
        state: 'waiting',
        runs: 0,
        macroF1: null,
        reason: null,
      });
      this.waiting.push(spec.trial);
    }
    this.state = 'open';
    const runWaiting = () => this.runWaiting(search.parallelTrials, input, onChange);
    await runWaiting();
    while (
      this.failed().length > 0 &&
      (await condition(() => this.waiting.length > 0, search.holdForRetrySeconds * 1000, {
        summary: 'wait for retryTrials',
      }))
    ) {
      await runWaiting();
    }
    this.state = 'closed';
    return this.ranking(search.maxFailedShare);
  }

  private async runWaiting(
    limit: number,
    input: Omit<TrainTrialInput, 'spec'>,
    onChange: () => void,
  ): Promise<void> {
    const isIdle = (): boolean => this.waiting.length === 0 && this.running === 0;
    for (;;) {
      await condition(
        () => isIdle() || this.cancelled !== null || (this.waiting.length > 0 && this.running < limit),
      );
      if (this.cancelled !== null) throw this.cancelled;
      const trial = this.waiting.shift();
      if (trial === undefined) return;
      this.running += 1;
      void this.runOne(trial, input, onChange).finally(() => (this.running -= 1));
    }
  }

  private async runOne(
    trial: number,
    input: Omit<TrainTrialInput, 'spec'>,
    onChange: () => void,
  ): Promise<void> {
    const spec = this.specs.get(trial);
    if (spec === undefined) return;
    const { workflowId: runId } = workflowInfo();
    const status = this.status(trial);
    status.state = 'running';
    status.runs += 1;
    status.reason = null;
    onChange();
    try {
      const score = await executeChild(runTrial, {
        workflowId: trialWorkflowId(runId, trial),
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        args: [{ ...input, spec, runId, runs: status.runs }],
        staticSummary: `trial ${trial}: ${describeSetting(spec)}`,
      });
      this.scores.set(trial, score);
      status.state = 'completed';
      status.macroF1 = score.macroF1;
    } catch (error) {
      if (error instanceof Error && isCancellation(error)) this.cancelled = error;
      status.state = 'failed';
      status.reason = failureReason(error);
    }
    onChange();
  }

  private failed(): TrialStatus[] {
    return this.statuses.filter((status) => status.state === 'failed');
  }

  private status(trial: number): TrialStatus {
    const status = this.statuses.find((candidate) => candidate.trial === trial);
    if (status === undefined) throw ApplicationFailure.nonRetryable(`there is no trial ${trial}`);
    return status;
  }

  private ranking(maxFailedShare: number): ScoredTrial[] {
    const failed = this.failed();
    const ranked = [...this.specs.values()]
      .flatMap((spec) => {
        const score = this.scores.get(spec.trial);
        return score === undefined ? [] : [{ spec, score }];
      })
      .sort((a, b) => b.score.macroF1 - a.score.macroF1 || a.spec.trial - b.spec.trial);
    if (ranked.length === 0 || failed.length > maxFailedShare * this.statuses.length) {
      const reasons = failed.slice(0, 3).map(({ trial, reason }) => `trial ${trial}: ${reason ?? 'unknown'}`);
      throw ApplicationFailure.nonRetryable(
        `${failed.length} of ${this.statuses.length} trials failed, more than search.maxFailedShare allows (${reasons.join('; ')})`,
        'SearchFailed',
      );
    }
    return ranked;
  }
}

function describeSetting({ setting }: TrialSpec): string {
  const { family, ...parameters } = setting;
  const values = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  return [family, ...values].join(', ');
}
