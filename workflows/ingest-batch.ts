import { ApplicationFailure, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { ArtifactRef } from '../schemas/artifact.js';
import type { DecodingSettings } from '../schemas/capture.js';
import type { SkippedCapture } from '../schemas/skipped-capture.js';
import { computing, filing, warehouse } from './activity-options.js';
import { bindToWarehouse } from './bind-to-warehouse.js';
import { batchProgressQuery } from './progress.js';

export interface IngestBatchInput {
  /** The list of captures that the run must read, and the part of it that this workflow reads. */
  readonly unread: ArtifactRef;
  readonly from: number;
  readonly to: number;
  readonly decoding: DecodingSettings;
  /** True: a capture that cannot be read is an error. */
  readonly strict: boolean;
}

export interface IngestBatchResult {
  /** Captures that were read. */
  readonly captures: number;
  /** The list of those that cannot be read; null: there are none. */
  readonly skipped: ArtifactRef | null;
}

/**
 * Reads a batch of the captures of a run into the shared tables, a few at a time. Its history has no list that is longer than
 * the batch, whatever the number of captures of the run.
 */
export async function ingestBatch(input: IngestBatchInput): Promise<IngestBatchResult> {
  // A user who starts this workflow directly may pass anything.
  const unread: unknown = (input as Partial<IngestBatchInput> | undefined)?.unread;
  if (typeof unread !== 'object' || unread === null)
    throw ApplicationFailure.nonRetryable(
      'runs with many captures start this workflow; use ingestCapture for one capture',
      'ConfigError',
    );
  await bindToWarehouse();
  const { from, to } = input;
  const skipped: SkippedCapture[] = [];
  let captures = 0;
  let bytes = 0;
  let at = from;
  setHandler(batchProgressQuery, () => ({ captures: at - from, bytes }));
  while (at < to) {
    const part = await computing.decodeCaptures.executeWithOptions(
      { summary: `decode captures from ${at + 1} on` },
      [{ ...input, from: at }],
    );
    skipped.push(...part.skipped);
    // Histories of earlier versions do not have them.
    bytes += part.bytes ?? 0;
    const { decoded } = part;
    if (decoded.length > 0)
      await warehouse.loadCaptures.executeWithOptions({ summary: `load ${decoded.length} captures` }, [
        { decoded },
      ]);
    captures += decoded.length;
    at = part.next;
    setCurrentDetails(`${at - from} of ${to - from} captures`);
  }
  if (skipped.length === 0) return { captures, skipped: null };
  const list = await filing.storeSkippedCaptures.executeWithOptions(
    { summary: `${skipped.length} captures cannot be read` },
    [{ skipped }],
  );
  return { captures, skipped: list };
}
