import {
  ApplicationFailure,
  CancellationScope,
  condition,
  executeChild,
  isCancellation,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import type { PreparedSearch, RankedTrial } from '../../activities/warehouse/search-records.js';
import { settingText } from '../../common/setting-text.js';
import type { Bracket, FirstTrials, SearchConfig, TrialSpec } from '../../schemas/search.js';
import { boundMemo } from '../bind-to-warehouse.js';
import { failedAttempts, failureReason } from '../failure-reason.js';
import { trialWorkflowId } from '../ids.js';
import type { SearchProgress, TrialStatus, TrialState } from '../progress.js';
import { runTrial, type RunTrialInput } from '../run-trial.js';
import { byShareAndScore, rankTrials } from './rank-trials.js';
import { Slots } from './slots.js';
import { TrialLedger } from './trial-ledger.js';

const SEARCH_NOT_STARTED = 'the search has not started yet; try again when it runs';

/** Input of the child workflow of a trial. */
export function trialInput(
  { runId, config, trainingSet, matrix }: PreparedSearch,
  spec: TrialSpec,
  share: number,
): RunTrialInput {
  const { search, seed } = config;
  return {
    spec,
    share,
    matrix,
    classCount: trainingSet.classesPx.length,
    classesPx: trainingSet.classesPx,
    folds: trainingSet.folds ?? search.folds,
    seed,
    // Also with `force`, an attempt reuses the folds that an earlier attempt of this run scored.
    salt: search.force ? runId : null,
    maxAttempts: search.maxAttempts,
  };
}

/**
 * Runs trials as child workflows, a bounded number at a time. The trials of a bracket go through the rungs of successive
 * halving together: a rung ends when all of its trials are scored, so that the order in which trials finish does not matter.
 * A failed trial does not end the search; `retry` starts it again under the same id, alone and with its whole budget.
 * Baselines are trained first, with their whole budget; one that the rows do not allow is no failure of the search.
 */
export class TrialSearch {
  readonly statuses: TrialStatus[] = [];
  private readonly scored = new Map<number, RankedTrial>();
  private readonly specs = new Map<number, TrialSpec>();
  private readonly baselines = new Set<number>();
  private readonly scope = new CancellationScope();
  private slots = new Slots(1);
  private ledger = new TrialLedger('');
  private search: PreparedSearch | null = null;
  private state: 'planned' | 'open' | 'closed' = 'planned';
  /** Brackets that are running or being planned. */
  private brackets = 0;
  private planning: Promise<unknown> = Promise.resolve();
  private done = 0;
  private planned = 0;

  constructor(private readonly onChange: (progress: SearchProgress) => void) {}

  /** Why trials cannot be retried or added now; null if they can. */
  refuseChange(): string | null {
    if (this.state === 'open') return null;
    if (this.state === 'planned') return SEARCH_NOT_STARTED;
    return 'the search has ended; once its model is published, run a trial again with vqi retry-trial (workflow retryTrial), or start a new search with the workflow tuneModel';
  }

  /** Why these trials cannot be retried now; null if they can. */
  refuseRetry(trials: readonly number[]): string | null {
    if (trials.length === 0) return 'name at least one trial: {"trials": [3]}';
    for (const trial of trials) {
      const status = this.statuses.find((candidate) => candidate.trial === trial);
      if (status === undefined)
        return `there is no trial ${trial}; the search has the trials 1 to ${this.statuses.length}`;
      if (status.state !== 'failed' && status.state !== 'cancelled')
        return `trial ${trial} is ${status.state}; only failed trials are retried`;
    }
    return this.refuseChange();
  }

  /** Starts failed trials again, each with its whole budget. */
  retry(trials: readonly number[]): void {
    for (const trial of new Set(trials)) {
      const status = this.status(trial);
      Object.assign(status, { state: 'waiting', share: 1, reason: null });
      const spec = this.specs.get(trial);
      if (spec !== undefined) this.begin({ trials: [spec], rungs: [{ share: 1, keep: 1 }] });
    }
  }

  /**
   * Adds a bracket of new trials.
   * @param plan draws the trials; `first` is the number of the first one
   * @returns the numbers of the trials
   */
  async add(plan: (first: number, search: PreparedSearch) => Promise<Bracket>): Promise<number[]> {
    const { search } = this;
    if (search === null) throw ApplicationFailure.nonRetryable(SEARCH_NOT_STARTED, 'SearchRefused');
    this.brackets += 1;
    try {
      const planned = this.planning.then(async () => {
        const bracket = await plan(this.statuses.length + 1, search);
        this.enter(bracket);
        return bracket;
      });
      this.planning = planned.catch(() => undefined);
      const bracket = await planned;
      if (this.state !== 'open')
        throw ApplicationFailure.nonRetryable('the search was cancelled', 'SearchRefused');
      this.begin(bracket);
      return bracket.trials.map(({ trial }) => trial);
    } finally {
      this.brackets -= 1;
    }
  }

  /**
   * Runs every trial, then waits up to `holdForRetrySeconds` for retries of failed trials.
   * @returns the scored trials
   * @throws ApplicationFailure if more trials failed than `maxFailedShare` allows, or none was scored in time
   */
  async run(search: PreparedSearch, first: FirstTrials): Promise<RankedTrial[]> {
    const { timeLimitSeconds, parallelTrials } = search.config.search;
    this.search = search;
    this.slots = new Slots(parallelTrials);
    this.ledger = new TrialLedger(search.runId);
    this.state = 'open';
    let ended = false;
    try {
      this.enter(first);
      this.beginBaselines(first.baselines ?? []);
      this.begin(first);
      const whole = this.scope
        .run(() => this.untilAllDone(search.config.search))
        .finally(() => (ended = true));
      whole.catch(() => undefined);
      if (timeLimitSeconds === null) await whole;
      else if (await condition(() => ended, timeLimitSeconds * 1000, { summary: 'search.timeLimitSeconds' }))
        await whole;
    } finally {
      await CancellationScope.nonCancellable(() => this.close());
    }
    this.requireScores(search.config.search);
    return [...this.scored.values()];
  }

  /** How many trials are in this state, without the baselines that every search tries. */
  count(state: TrialState): number {
    return this.statuses.filter((status) => status.state === state && !this.baselines.has(status.trial))
      .length;
  }

  /** Why baselines were not scored. */
  unfitBaselines(): string[] {
    return this.statuses
      .filter(({ trial, reason }) => this.baselines.has(trial) && reason !== null)
      .map(({ trial, reason }) => `the baseline of trial ${trial} was not scored: ${reason!}`);
  }

  private beginBaselines(baselines: readonly TrialSpec[]): void {
    if (baselines.length === 0) return;
    for (const { trial } of baselines) this.baselines.add(trial);
    const bracket = { trials: baselines, rungs: [{ share: 1, keep: baselines.length }] };
    this.enter(bracket);
    this.begin(bracket);
  }

  /** Cancels running trials, and writes the results of all trials. */
  private async close(): Promise<void> {
    this.state = 'closed';
    if (this.brackets > 0) this.scope.cancel();
    await condition(() => this.brackets === 0);
    await this.ledger.flush();
  }

  private async untilAllDone({ holdForRetrySeconds }: SearchConfig): Promise<void> {
    const isIdle = (): boolean => this.brackets === 0;
    do await condition(isIdle);
    while (
      holdForRetrySeconds > 0 &&
      this.failed().length > 0 &&
      (await condition(() => !isIdle(), holdForRetrySeconds * 1000, { summary: 'wait for retryTrials' }))
    );
  }

  private enter({ trials, rungs }: Bracket): void {
    const [{ share } = { share: 1 }] = rungs;
    for (const spec of trials) {
      const { family } = spec.setting;
      this.specs.set(spec.trial, spec);
      this.statuses.push({
        trial: spec.trial,
        family,
        state: 'waiting',
        share,
        attempts: 0,
        macroF1: null,
        reason: null,
      });
    }
    this.report();
  }

  private begin(bracket: Bracket): void {
    this.brackets += 1;
    const running = this.scope.run(() => this.runRungs(bracket));
    void running.finally(() => (this.brackets -= 1)).catch(() => undefined);
  }

  private async runRungs({ trials, rungs }: Bracket): Promise<void> {
    const sizes = rungs.map((_, step) => Math.min(trials.length, rungs[step - 1]?.keep ?? trials.length));
    this.planned += sizes.reduce((sum, size) => sum + size, 0);
    let remaining = trials;
    for (const [step, { share, keep }] of rungs.entries()) {
      this.planned += remaining.length - (sizes[step] ?? 0);
      await Promise.all(remaining.map((spec) => this.slots.use(() => this.runOne(spec, share))));
      const survivors = this.ranked(remaining.flatMap(({ trial }) => this.scored.get(trial) ?? [])).filter(
        (trial) => trial.share === share,
      );
      const next = step === rungs.length - 1 ? [] : survivors.slice(0, keep).map(({ spec }) => spec);
      for (const { spec } of survivors) {
        const status = this.status(spec.trial);
        if (next.includes(spec))
          Object.assign(status, { attempts: 0, share: rungs[step + 1]?.share ?? share });
        else status.state = 'completed';
      }
      remaining = next;
    }
    this.report();
  }

  private async runOne(spec: TrialSpec, share: number): Promise<void> {
    const { search } = this;
    const status = this.status(spec.trial);
    if (search === null) return;
    const { config } = search;
    if (this.state !== 'open') {
      this.drop(spec, status, 'the search ended before the trial started');
      return;
    }
    Object.assign(status, { state: 'running', share, reason: null });
    this.report();
    try {
      const score = await executeChild(runTrial, {
        workflowId: trialWorkflowId(workflowInfo().workflowId, spec.trial),
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        args: [trialInput(search, spec, share)],
        memo: boundMemo(),
        staticSummary: `trial ${spec.trial}: ${settingText(spec.setting, share)}`,
      });
      const { macroF1, interval, foldsPath, warnings } = score;
      this.scored.set(spec.trial, { spec, share, macroF1, interval, foldsPath, warnings });
      this.done += 1;
      status.attempts += score.attempts;
      Object.assign(status, { state: 'waiting', macroF1 });
      this.ledger.add({ spec, share, attempts: status.attempts, outcome: { state: 'completed', score } });
    } catch (error) {
      if (error instanceof Error && isCancellation(error)) {
        this.drop(spec, status, 'cancelled while running');
      } else {
        const reason = failureReason(error);
        status.attempts += failedAttempts(error, config.search.maxAttempts);
        Object.assign(status, { state: 'failed', reason });
        this.ledger.add({ spec, share, attempts: status.attempts, outcome: { state: 'failed', reason } });
      }
    }
    this.report();
  }

  /** Marks a trial as cancelled, unless it has a score of an earlier rung: then it keeps that score. */
  private drop(spec: TrialSpec, status: TrialStatus, reason: string): void {
    const { share } = status;
    const scored = this.scored.get(spec.trial);
    if (scored !== undefined) {
      Object.assign(status, { state: 'completed', share: scored.share });
      return;
    }
    Object.assign(status, { state: 'cancelled', reason });
    this.ledger.add({ spec, share, attempts: status.attempts, outcome: { state: 'cancelled', reason } });
  }

  private report(): void {
    const scored = [...this.scored.values()];
    const [best] = scored.filter(({ spec }) => !this.baselines.has(spec.trial)).sort(byShareAndScore);
    this.onChange({
      done: this.done,
      running: this.statuses.filter(({ state }) => state === 'running').length,
      failed: this.failed().length,
      total: this.planned,
      trials: this.statuses.length,
      bestMacroF1: best?.macroF1 ?? null,
      bestTrial: best?.spec.trial ?? null,
      bestShare: best?.share ?? null,
    });
  }

  private failed(): TrialStatus[] {
    return this.statuses.filter(({ trial, state }) => state === 'failed' && !this.baselines.has(trial));
  }

  private status(trial: number): TrialStatus {
    const status = this.statuses.find((candidate) => candidate.trial === trial);
    if (status === undefined) throw ApplicationFailure.nonRetryable(`there is no trial ${trial}`);
    return status;
  }

  /** @throws ApplicationFailure if too many trials failed, or none has a score */
  private requireScores({ maxFailedShare, timeLimitSeconds }: SearchConfig): void {
    const failed = this.failed();
    const trials = this.statuses.length - this.baselines.size;
    const reasons = failed.slice(0, 3).map(({ trial, reason }) => `trial ${trial}: ${reason ?? 'unknown'}`);
    if (failed.length > maxFailedShare * trials) {
      throw ApplicationFailure.nonRetryable(
        `${failed.length} of ${trials} trials failed, more than search.maxFailedShare allows (${reasons.join('; ')})`,
        'SearchFailed',
      );
    }
    if (this.scored.size === 0) {
      const why =
        reasons.length > 0
          ? reasons.join('; ')
          : `search.timeLimitSeconds ${timeLimitSeconds ?? ''} was too short`;
      throw ApplicationFailure.nonRetryable(`no trial was scored (${why})`, 'SearchFailed');
    }
  }

  private ranked(trials: readonly RankedTrial[]): RankedTrial[] {
    return this.search === null ? [] : rankTrials(trials, this.search.config.search);
  }
}
