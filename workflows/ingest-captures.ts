import {
  ApplicationFailure,
  executeChild,
  patched,
  setCurrentDetails,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { GivenCaptures } from '../activities/planning/capture-list.js';
import type { CaptureList, CaptureSource, IngestedSource } from '../activities/planning/run-plan.js';
import type { ArtifactRef } from '../schemas/artifact.js';
import type { DecodingSettings } from '../schemas/capture.js';
import type { RunConfig } from '../schemas/run-config.js';
import { isCaptureFault, leftOutText, type SkippedCapture } from '../schemas/skipped-capture.js';
import { warehouse } from './activity-options.js';
import { boundMemo } from './bind-to-warehouse.js';
import { failureReason, failureType } from './failure-reason.js';
import { batchWorkflowId, ingestWorkflowId } from './ids.js';
import { ingestBatch } from './ingest-batch.js';
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
  /** True: a capture that cannot be read is an error. */
  readonly strict: boolean;
  /** Captures that the plan leaves out already. Replay only: plans of earlier versions have none. */
  readonly skipped?: readonly SkippedCapture[] | undefined;
  /** Has the captures, and those left out, instead if they are many. */
  readonly list?: CaptureList | undefined;
}

/** The captures of a run that were read, and those that cannot be read. */
export interface IngestedCaptures {
  readonly sources: IngestedSource[];
  readonly skipped: readonly SkippedCapture[];
  /** Has all of them instead if they are many; then `skipped` has only the first ones. */
  readonly listed?: ArtifactRef;
  readonly skippedTotal?: number;
  /** Says how many were left out, with an example. */
  readonly warnings: readonly string[];
}

/** The captures as activities get them. */
export function givenOf({ sources, skipped, listed }: IngestedCaptures): GivenCaptures {
  return listed === undefined ? { sources, skipped } : { sources, skipped: [], listed };
}

/** The result of a workflow that reads captures. */
export type WithSkipped<Result> = Result & SkippedCaptures;

/** The captures that a run left out, in its result. */
export interface SkippedCaptures {
  readonly skipped: readonly SkippedCapture[];
  /** How many were left out; missing: `skipped` has all of them. */
  readonly skippedTotal?: number;
}

/** What the result of a workflow says of the captures that were left out. */
export function skippedOf({ skipped, skippedTotal }: SkippedCaptures): SkippedCaptures {
  return skippedTotal === undefined ? { skipped } : { skipped, skippedTotal };
}

/**
 * Reads the captures of a run, each in its own child workflow or, if they are many, a batch in each, at most `parallel` at a
 * time, and updates `progress`. Files that were read before and have not changed are not opened. Captures that cannot be read
 * are left out.
 * @throws ApplicationFailure if none can be read or, if `strict`, one cannot
 */
export async function ingestCaptures(
  input: IngestCapturesInput,
  progress: IngestProgress,
): Promise<IngestedCaptures> {
  const { list } = input;
  if (list !== undefined) return await ingestList(list, input, progress);
  const { runId, sources, decoding, parallel, strict, skipped: planned = [] } = input;
  const total = sum(sources);
  Object.assign(progress, { total: sources.length, bytesTotal: total });
  const files = sources.map((source) => ({
    ...filesOf(source),
    bytes: source.bytes,
    modifiedUs: source.modifiedUs,
  }));
  const known = await warehouse.findUnchangedCaptures.executeWithOptions(
    { summary: `look up ${sources.length} captures` },
    [{ files, decoding }],
  );
  const unread = sources.filter((_, index) => known[index] === null);
  progress.done = sources.length - unread.length;
  progress.bytesDone = total - sum(unread);

  const countRead = readCounter(progress);
  const read = new Map<CaptureSource, string>();
  const unreadable = new Map<CaptureSource, string>();
  await mapWithLimit(unread, parallel, async (source) => {
    const workflowId = ingestWorkflowId(runId, source.sessionId);
    progress.running.push(workflowId);
    try {
      const { captureId } = await executeChild(ingestCapture, {
        workflowId,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        args: [{ ...filesOf(source), ...(strict && { strict }), ...decoding }],
        memo: boundMemo(),
        staticSummary: source.path,
      });
      read.set(source, captureId);
    } catch (error) {
      if (strict || !isCaptureFault(failureType(error)) || !patched('bad captures are left out')) throw error;
      unreadable.set(source, failureReason(error).replace(`${source.path}: `, ''));
    }
    progress.running.splice(progress.running.indexOf(workflowId), 1);
    countRead(1, source.bytes);
  });
  const skipped = [
    ...planned,
    ...sources.flatMap((source) => {
      const reason = unreadable.get(source);
      return reason === undefined ? [] : [{ sessionId: source.sessionId, captureName: source.path, reason }];
    }),
  ];
  const wanted = sources.length + planned.length;
  const warnings = skippedWarnings(skipped, skipped.length, wanted, sources.length - unreadable.size);
  const ingested = sources.flatMap((source, index) => {
    if (unreadable.has(source)) return [];
    const { path, sessionId, site, videoId, homeId, resolutionPx } = source;
    const captureId = known[index] ?? read.get(source);
    if (captureId === undefined)
      throw ApplicationFailure.nonRetryable(`${path} was read, but its capture has no id`, 'MissingCapture');
    return [{ sessionId, site, videoId, homeId, resolutionPx, captureId, captureName: path }];
  });
  return { sources: ingested, skipped, warnings };
}

function filesOf({ path, furtherPaths }: CaptureSource): Pick<CaptureSource, 'path' | 'furtherPaths'> {
  return furtherPaths === undefined ? { path } : { path, furtherPaths };
}

/** Reads captures of which the histories have only the list's name. */
async function ingestList(
  list: CaptureList,
  { runId, decoding, parallel, strict }: IngestCapturesInput,
  progress: IngestProgress,
): Promise<IngestedCaptures> {
  Object.assign(progress, { total: list.captures, bytesTotal: list.bytes });
  const { unread, batches } = await warehouse.findUnreadCaptures.executeWithOptions(
    { summary: `look up ${list.captures} captures` },
    [{ list, decoding, parallel }],
  );
  progress.done = list.captures - batches.reduce((captures, { from, to }) => captures + to - from, 0);
  progress.bytesDone = list.bytes - sum(batches);

  const countRead = readCounter(progress);
  const lists = await mapWithLimit(batches, parallel, async ({ from, to, bytes }) => {
    const workflowId = batchWorkflowId(runId, from, to);
    progress.running.push(workflowId);
    const { skipped } = await executeChild(ingestBatch, {
      workflowId,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      args: [{ unread, from, to, decoding, strict }],
      memo: boundMemo(),
      staticSummary: `captures ${from + 1} to ${to}`,
    });
    progress.running.splice(progress.running.indexOf(workflowId), 1);
    countRead(to - from, bytes);
    return skipped;
  });
  const { listed, captures, skipped, skippedTotal } = await warehouse.gatherCaptures.executeWithOptions(
    { summary: 'find the captures that were read' },
    [{ list, decoding, skipped: lists.filter((each) => each !== null) }],
  );
  const warnings = skippedWarnings(skipped, skippedTotal, captures + skippedTotal, captures);
  const isCut = skippedTotal > skipped.length;
  return { sources: [], skipped, listed, ...(isCut && { skippedTotal }), warnings };
}

/** Counts captures that were read in the progress, with the rate and the time left. */
function readCounter(progress: IngestProgress): (captures: number, bytes: number) => void {
  const startedMs = Date.now();
  let bytesRead = 0;
  return (captures, bytes) => {
    bytesRead += bytes;
    progress.done += captures;
    progress.bytesDone += bytes;
    const bytesPerSecond = (bytesRead * 1000) / Math.max(1, Date.now() - startedMs);
    progress.bytesPerSecond = Math.round(bytesPerSecond);
    progress.secondsLeft = Math.ceil(
      (progress.bytesTotal - progress.bytesDone) / Math.max(1, bytesPerSecond),
    );
    setCurrentDetails(
      `ingesting: ${progress.done} of ${progress.total} captures, about ${progress.secondsLeft} s left`,
    );
  };
}

/**
 * The warning about captures that were left out, `total` with `skipped` as examples.
 * @throws ApplicationFailure if none is left
 */
function skippedWarnings(
  [first]: readonly SkippedCapture[],
  total: number,
  wanted: number,
  read: number,
): string[] {
  if (first === undefined) return [];
  const text = leftOutText(first, total, wanted);
  if (read === 0) throw ApplicationFailure.nonRetryable(text, 'InputFileError');
  return [text];
}

function sum(sources: readonly { readonly bytes: number }[]): number {
  return sources.reduce((bytes, source) => bytes + source.bytes, 0);
}
