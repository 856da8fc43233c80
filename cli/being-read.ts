import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { BatchProgress } from '../workflows/progress.js';

/** Activities whose heartbeats have the bytes read. */
const DECODING = ['decodeCapture', 'decodeCaptures'];
const NOTHING: BatchProgress = { captures: 0, bytes: 0 };

/**
 * What the child workflows `ids` have read so far: batches say it, and the heartbeats of their activities have the bytes of the
 * captures that are being read.
 */
export async function beingRead(client: Client, ids: readonly string[]): Promise<BatchProgress> {
  const each = await Promise.all(ids.map((id) => readBy(client, id).catch(() => NOTHING)));
  return each.reduce(
    (sum, { captures, bytes }) => ({ captures: sum.captures + captures, bytes: sum.bytes + bytes }),
    NOTHING,
  );
}

async function readBy(client: Client, workflowId: string): Promise<BatchProgress> {
  const handle = client.workflow.getHandle(workflowId);
  const { type, raw } = await handle.describe();
  const { captures, bytes } =
    type === 'ingestBatch' ? await handle.query<BatchProgress>('progress') : NOTHING;
  const decoding = raw.pendingActivities?.find(({ activityType }) =>
    DECODING.includes(activityType?.name ?? ''),
  );
  const [payload] = decoding?.heartbeatDetails?.payloads ?? [];
  if (payload === undefined) return { captures, bytes };
  const details = defaultPayloadConverter.fromPayload<{ bytesRead?: number } | null>(payload);
  return { captures, bytes: bytes + (details?.bytesRead ?? 0) };
}
