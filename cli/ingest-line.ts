import type { Client } from '@temporalio/client';
import { countText } from '../common/count-text.js';
import type { IngestProgress } from '../workflows/progress.js';
import { beingRead } from './being-read.js';

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;

/** The progress line of the ingest. Remembers when the ingest started, for the rate and the remaining time. */
export class IngestLine {
  #startedMs: number | null = null;
  #bytesAtStart = 0;

  constructor(private readonly client: Client) {}

  /** `ingesting: 3 of 80 captures, 12.1 of 205.3 MB, 8.0 MB/s, about 24 s left`; rate and time as soon as they are known. */
  async text(progress: IngestProgress, nowMs: number): Promise<string> {
    const read = await beingRead(this.client, progress.running);
    const bytes = progress.bytesDone + read.bytes;
    const line = `ingesting: ${progress.done + read.captures} of ${countText(progress.total, 'capture')}, ${megabytes(bytes)} of ${megabytes(progress.bytesTotal)} MB`;
    if (progress.total === 0) return 'ingesting';
    if (this.#startedMs === null) {
      this.#startedMs = nowMs;
      this.#bytesAtStart = bytes;
      return line;
    }
    const bytesPerMs = (bytes - this.#bytesAtStart) / (nowMs - this.#startedMs);
    if (!(bytesPerMs > 0)) return line;
    const secondsLeft = Math.ceil((progress.bytesTotal - bytes) / bytesPerMs / 1000);
    return `${line}, ${megabytes(bytesPerMs * 1000)} MB/s, about ${duration(secondsLeft)} left`;
  }
}

/** What stays of the line when all is read. */
export function ingestedText({ done, total, bytesDone }: IngestProgress): string {
  return total === 0
    ? 'ingesting'
    : `ingesting: ${done} of ${countText(total, 'capture')}, ${megabytes(bytesDone)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** `42 s`, `3 min 5 s`, `2 h 10 min`. */
function duration(seconds: number): string {
  if (seconds < SECONDS_PER_MINUTE) return `${seconds} s`;
  const minutes = Math.floor(seconds / SECONDS_PER_MINUTE);
  if (seconds < SECONDS_PER_HOUR) return `${minutes} min ${seconds % SECONDS_PER_MINUTE} s`;
  return `${Math.floor(seconds / SECONDS_PER_HOUR)} h ${minutes % SECONDS_PER_MINUTE} min`;
}
