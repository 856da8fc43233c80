import { CancellationScope, condition } from '@temporalio/workflow';
import type { TrialRecord } from '../../activities/warehouse/search-records.js';
import { warehouse } from '../activity-options.js';

/** From one writing to the next, at least: to open and close the table's file costs as much as a short trial. */
const INTERVAL_MS = 2000;

/**
 * Writes what trials came to into `trials`, soon after it is known: at once where the last writing was a while ago, else
 * with all that gathers meanwhile, so that a search of many short trials does not wait for the table.
 */
export class TrialLedger {
  private gathered: TrialRecord[] = [];
  private writing: Promise<void> | null = null;
  private failure: Error | null = null;
  private isLast = false;
  private writtenAtMs = -Infinity;

  constructor(private readonly runId: string) {}

  add(record: TrialRecord): void {
    this.gathered.push(record);
    this.writing ??= this.write();
  }

  /** Resolves when all rows are written. @throws what kept them from being written. */
  async flush(): Promise<void> {
    this.isLast = true;
    while (this.writing !== null) await this.writing;
    if (this.failure !== null) throw this.failure;
  }

  private async write(): Promise<void> {
    try {
      while (this.gathered.length > 0) {
        const waitMs = this.writtenAtMs + INTERVAL_MS - Date.now();
        if (waitMs > 0) {
          await CancellationScope.nonCancellable(() =>
            condition(() => this.isLast, waitMs, { summary: 'gather rows of trials' }),
          );
        }
        const records = this.gathered;
        this.gathered = [];
        const summary = `trials ${records.map(({ spec }) => spec.trial).join(', ')}`;
        // What is finished is kept, also when the search is cancelled.
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
