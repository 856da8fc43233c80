import {
  ApplicationFailure,
  executeChild,
  patched,
  setCurrentDetails,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { CaptureSource, IngestedSource } from '../activities/planning/run-plan.js';
import type { DecodingSettings } from '../schemas/capture.js';
import type { RunConfig } from '../schemas/run-config.js';
import type { SkippedCapture } from '../schemas/skipped-capture.js';
import { warehouse } from './activity-options.js';
import { boundMemo } from './bind-to-warehouse.js';
import { failureReason, failureType } from './failure-reason.js';
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
  /** True: a capture that cannot be read is an error. */
  readonly strict: boolean;
  /** Captures that the plan leaves out already. Plans of earlier versions have none. */
  readonly skipped?: readonly SkippedCapture[] | undefined;
}

/** The captures of a run that were read, and those that cannot be read. */
export interface IngestedCaptures {
  readonly sources: IngestedSource[];
  readonly skipped: readonly SkippedCapture[];
  /** Says how many were left out, with an example. */
  readonly warnings: readonly string[];
}

/** The result of a workflow that reads captures. */
export type WithSkipped<Result> = Result & { readonly skipped: readonly SkippedCapture[] };

/** Classes of failures that are the fault of one capture file; any other failure ends the run. */
const CAPTURE_FAULTS: readonly (string | null)[] = [
  'CaptureFormatError',
  'InputFileError',
  'PathNotAllowedError',
];

/**
 * Reads the captures of a run, each in its own child workflow, at most `parallel` at a time, and updates `progress`. Files
 * that were read before and have not changed are not opened. Captures that cannot be read are left out.
 * @throws ApplicationFailure if none can be read or, if `strict`, one cannot
 */
export async function ingestCaptures(
  { runId, sources, decoding, parallel, strict, skipped: planned = [] }: IngestCapturesInput,
  progress: IngestProgress,
): Promise<IngestedCaptures> {
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
  const unreadable = new Map<CaptureSource, string>();
  await mapWithLimit(unread, parallel, async (source) => {
    const workflowId = ingestWorkflowId(runId, source.sessionId);
    progress.running.push(workflowId);
    try {
      const { captureId } = await executeChild(ingestCapture, {
        workflowId,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        args: [{ path: source.path, ...decoding }],
        memo: boundMemo(),
        staticSummary: source.path,
      });
      read.set(source, captureId);
    } catch (error) {
      if (strict || !CAPTURE_FAULTS.includes(failureType(error)) || !patched('bad captures are left out'))
        throw error;
      unreadable.set(source, failureReason(error).replace(`${source.path}: `, ''));
    }
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
  const skipped = [
    ...planned,
    ...sources.flatMap((source) => {
      const reason = unreadable.get(source);
      return reason === undefined ? [] : [{ sessionId: source.sessionId, captureName: source.path, reason }];
    }),
  ];
  const [first] = skipped;
  const wanted = sources.length + planned.length;
  if (first !== undefined && unreadable.size === sources.length)
    throw ApplicationFailure.nonRetryable(
      wanted === 1
        ? `${first.captureName}: ${first.reason}`
        : `none of the ${wanted} captures can be read, such as ${first.captureName}: ${first.reason}`,
      'InputFileError',
    );
  const warnings =
    first === undefined
      ? []
      : [
          `${skipped.length} of ${wanted} captures cannot be read and are left out, such as ${first.captureName}: ${first.reason}`,
        ];
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

function sum(sources: readonly CaptureSource[]): number {
  return sources.reduce((bytes, source) => bytes + source.bytes, 0);
}
