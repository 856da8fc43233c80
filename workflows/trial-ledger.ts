import { CancellationScope } from '@temporalio/workflow';
import type { TrialRecord } from '../activities/warehouse-searches.js';
import { warehouse } from './activity-options.js';

/**
 * Writes what trials came to into `trials`, soon after it is known: all that gathered while the last rows were written go
 * together, so that a search of many short trials does not wait for the table.
 */
export class TrialLedger {
  private gathered: TrialRecord[] = [];
  private writing: Promise<void> | null = null;
  private failure: Error | null = null;

  constructor(private readonly runId: string) {}

  add(record: TrialRecord): void {
    this.gathered.push(record);
    this.writing ??= this.write();
  }

  /** Resolves when all rows are written. @throws what kept them from being written. */
  async flush(): Promise<void> {
    while (this.writing !== null) await this.writing;
    if (this.failure !== null) throw this.failure;
  }

  private async write(): Promise<void> {
    try {
      while (this.gathered.length > 0) {
        const records = this.gathered;
        this.gathered = [];
        const summary = `trials ${records.map(({ spec }) => spec.trial).join(', ')}`;
        // What is finished is kept, also when the search is cancelled.
        await CancellationScope.nonCancellable(() =>
          warehouse.recordTrials.executeWithOptions({ summary }, [{ runId: this.runId, records }]),
        );
      }
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
    } finally {
      this.writing = null;
    }
  }
}
