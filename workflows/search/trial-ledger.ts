import { CancellationScope, condition } from '@temporalio/workflow';
import type { TrialRecord } from '../../activities/warehouse/search-records.js';
import { warehouse } from '../activity-options.js';

/** Shortest time between two writes: opening and closing the warehouse file takes as long as a short trial. */
const INTERVAL_MS = 2000;

/**
 * Writes the results of trials to the table `trials`. Results that arrive less than `INTERVAL_MS` after the last write are
 * written together, so that a search of many short trials does not wait for the table.
 */
export class TrialLedger {
  private collected: TrialRecord[] = [];
  private writing: Promise<void> | null = null;
  private failure: Error | null = null;
  private isLast = false;
  private writtenAtMs = -Infinity;

  constructor(private readonly runId: string) {}

  add(record: TrialRecord): void {
    this.collected.push(record);
    this.writing ??= this.write();
  }

  /** Resolves when all rows are written. @throws the error of a failed write. */
  async flush(): Promise<void> {
    this.isLast = true;
    while (this.writing !== null) await this.writing;
    if (this.failure !== null) throw this.failure;
  }

  private async write(): Promise<void> {
    try {
      while (this.collected.length > 0) {
        const waitMs = this.writtenAtMs + INTERVAL_MS - Date.now();
        if (waitMs > 0) {
          await CancellationScope.nonCancellable(() =>
            condition(() => this.isLast, waitMs, { summary: 'collect rows of trials' }),
          );
        }
        const records = this.collected;
        this.collected = [];
        const summary = `trials ${records.map(({ spec }) => spec.trial).join(', ')}`;
        // Results are written also if the search is cancelled.
        await CancellationScope.nonCancellable(() =>
          warehouse.recordTrials.executeWithOptions({ summary }, [{ runId: this.runId, records }]),
        );
        this.writtenAtMs = Date.now();
      }
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
    } finally {
      this.writing = null;
    }
  }
}
