import {
  ApplicationFailure,
  executeChild,
  setCurrentDetails,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { CaptureSource, IngestedSource } from '../activities/planning/run-plan.js';
import type { DecodingSettings } from '../schemas/capture.js';
import type { RunConfig } from '../schemas/run-config.js';
import { warehouse } from './activity-options.js';
import { boundMemo } from './bind-to-warehouse.js';
import { ingestWorkflowId } from './ids.js';
import { ingestCapture } from './ingest-capture.js';
import type { IngestProgress } from './progress.js';
import { mapWithLimit } from './search/slots.js';

/** Decoding settings of a run's configuration. */
export function decodingOf({
  segments,
  anonymise,
}: Pick<RunConfig, 'segments' | 'anonymise'>): DecodingSettings {
  return {
    thresholds: { tcpBytes: segments.tcpRequestBytes, udpBytes: segments.udpRequestBytes },
    anonymise,
  };
}

export interface IngestCapturesInput {
  readonly runId: string;
  readonly sources: readonly CaptureSource[];
  readonly decoding: DecodingSettings;
  /** Captures that are read at the same time. */
  readonly parallel: number;
}

/**
 * Reads the captures of a run, each in its own child workflow, at most `parallel` at a time, and updates `progress`. Files
 * that were read before and have not changed are not opened.
 */
export async function ingestCaptures(
  { runId, sources, decoding, parallel }: IngestCapturesInput,
  progress: IngestProgress,
): Promise<IngestedSource[]> {
  const total = sum(sources);
  Object.assign(progress, { total: sources.length, bytesTotal: total });
  const files = sources.map(({ path, bytes, modifiedUs }) => ({ path, bytes, modifiedUs }));
  const known = await warehouse.findUnchangedCaptures.executeWithOptions(
    { summary: `look up ${sources.length} captures` },
    [{ files, decoding }],
  );
  const unread = sources.filter((_, index) => known[index] === null);
  progress.done = sources.length - unread.length;
  progress.bytesDone = total - sum(unread);

  const startedMs = Date.now();
  let bytesRead = 0;
  const read = new Map<CaptureSource, string>();
  await mapWithLimit(unread, parallel, async (source) => {
    const workflowId = ingestWorkflowId(runId, source.sessionId);
    progress.running.push(workflowId);
    const { captureId } = await executeChild(ingestCapture, {
      workflowId,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      args: [{ path: source.path, ...decoding }],
      memo: boundMemo(),
      staticSummary: source.path,
    });
    read.set(source, captureId);
    bytesRead += source.bytes;
    progress.running.splice(progress.running.indexOf(workflowId), 1);
    progress.done += 1;
    progress.bytesDone += source.bytes;
    const bytesPerSecond = (bytesRead * 1000) / Math.max(1, Date.now() - startedMs);
    progress.bytesPerSecond = Math.round(bytesPerSecond);
    progress.secondsLeft = Math.ceil((total - progress.bytesDone) / Math.max(1, bytesPerSecond));
    setCurrentDetails(
      `ingesting: ${progress.done} of ${progress.total} captures, about ${progress.secondsLeft} s left`,
    );
  });
  return sources.map((source, index) => {
    const { path, sessionId, site, videoId, homeId, resolutionPx } = source;
    const captureId = known[index] ?? read.get(source);
    if (captureId === undefined)
      throw ApplicationFailure.nonRetryable(`${path} was read, but its capture has no id`, 'MissingCapture');
    return { sessionId, site, videoId, homeId, resolutionPx, captureId, captureName: path };
  });
}

function sum(sources: readonly CaptureSource[]): number {
  return sources.reduce((bytes, source) => bytes + source.bytes, 0);
}
