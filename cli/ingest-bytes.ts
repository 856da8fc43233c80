import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

/** Activities whose heartbeats have the bytes read. */
const DECODING = ['decodeCapture', 'decodeCaptures'];

/** Bytes of captures that the child workflows `ids` have read so far, from the heartbeats of their activities. */
export async function bytesBeingRead(client: Client, ids: readonly string[]): Promise<number> {
  const bytes = await Promise.all(ids.map((id) => bytesOf(client, id).catch(() => 0)));
  return bytes.reduce((sum, each) => sum + each, 0);
}

async function bytesOf(client: Client, workflowId: string): Promise<number> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const decoding = raw.pendingActivities?.find(({ activityType }) =>
    DECODING.includes(activityType?.name ?? ''),
  );
  const [payload] = decoding?.heartbeatDetails?.payloads ?? [];
  if (payload === undefined) return 0;
  const details = defaultPayloadConverter.fromPayload<{ bytesRead?: number } | null>(payload);
  return details?.bytesRead ?? 0;
}
