import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ArtifactRef } from '../../schemas/artifact.js';
import type { DecodingSettings } from '../../schemas/capture.js';
import { isCaptureFault, type SkippedCapture } from '../../schemas/skipped-capture.js';
import type { CaptureFile } from '../../warehouse/captures/load-capture.js';
import { readOwnJson, temporaryPath } from '../artifacts.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { ConfigError } from '../failures.js';
import { heartbeatWhile, runningActivity } from '../heartbeat-while.js';
import { firstOf } from '../planning/capture-batches.js';
import { wholeOf } from '../planning/capture-folder.js';
import { storeList } from '../planning/capture-list.js';
import type { CaptureSource } from '../planning/run-plan.js';
import type { PackedCapture } from '../stored-files.js';
import { anonymiseKeyName, captureIdOf, decoderName, shortHash } from './capture-id.js';

/**
 * Name of the decoder with all settings that its rows depend on: a file that is decoded with other settings, or anonymised
 * with another key, is another capture.
 * @throws ConfigError if the settings need a key that the worker does not have
 */
export function decoderKey(
  { thresholds, anonymise }: DecodingSettings,
  { anonymiseKey }: ActivityDependencies,
): string {
  const decoder = decoderName(thresholds);
  if (!anonymise) return decoder;
  if (anonymiseKey === undefined) {
    throw new ConfigError(
      'anonymise is set, but this worker has no key: start it with VQI_ANONYMISE_KEY, 64 hexadecimal digits (openssl rand -hex 32)',
    );
  }
  return `${decoder}/anonymised-${anonymiseKeyName(anonymiseKey)}`;
}

/** File in the folder of a decoded capture with the id of the workflow that will load it. */
export const WORKFLOW_FILE = 'workflow';

/** A decoded capture on disk: a folder with the files of `decodedFiles`. */
export interface DecodedCaptureRef {
  /** The capture file, with its size and time of change before it was read. */
  readonly file: CaptureFile;
  readonly captureId: string;
  readonly decoder: string;
  readonly folder: string;
  readonly packets: number;
  /** Has the files instead if the machines share a store. */
  readonly packed?: PackedCapture;
}

/** Some captures of a batch on disk. */
export interface DecodedCaptures {
  readonly decoded: readonly DecodedCaptureRef[];
  /** Captures that cannot be read. */
  readonly skipped: readonly SkippedCapture[];
  /** Index of the capture to go on with. */
  readonly next: number;
  /** Bytes of all that were tried. */
  readonly bytes?: number;
}

/** Captures that are decoded before they are loaded; more bytes only if one capture has them. */
const MOST_DECODED = 50;
const MOST_DECODED_BYTES = 2 ** 26;

export function createCaptureActivities(dependencies: ActivityDependencies) {
  const { home, compute, stored, inputs } = dependencies;
  const paths = homePaths(home);

  /** @param index of the capture in the list of the workflow; null if the workflow reads only one */
  async function decode(
    capture: Pick<CaptureSource, 'path' | 'furtherPaths'>,
    decoding: DecodingSettings,
    index: number | null,
    strict: boolean,
    onProgress: (progress: unknown) => void,
    signal: AbortSignal,
  ): Promise<DecodedCaptureRef> {
    const info = runningActivity()?.info;
    const decoder = decoderKey(decoding, dependencies);
    const { path, furtherPaths = [] } = capture;
    const temporary = await temporaryPath(paths.decoded, 'capture');
    try {
      const { file, summary } = await inputs.use([path, ...furtherPaths], async (parts) => ({
        file: wholeOf(capture, parts),
        summary: await compute.run(
          'decodeCapture',
          {
            files: parts.map(({ here, path: name, bytes }) => ({ path: here, name: basename(name), bytes })),
            strict,
            thresholds: decoding.thresholds,
            anonymiseKey: decoding.anonymise ? dependencies.anonymiseKey : undefined,
            folder: temporary,
          },
          { onProgress, signal },
        ),
      }));
      const captureId = captureIdOf(summary.contentHash, decoder);
      const workflowId = info?.workflowExecution?.workflowId ?? info?.activityId ?? 'none';
      await writeFile(join(temporary, WORKFLOW_FILE), workflowId);
      // One folder per workflow, not per content: another workflow may be loading the same content.
      const folder = join(paths.decoded, shortHash(index === null ? workflowId : `${workflowId}#${index}`));
      await rm(folder, { recursive: true, force: true });
      await rename(temporary, folder);
      const packed = await stored.pack(folder);
      return { file, captureId, decoder, folder, packets: summary.packets, ...(packed && { packed }) };
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }

  return {
    /**
     * Decodes a capture into a folder of files; bytes that are appended to the capture meanwhile are not read. A second
     * attempt of the same workflow replaces the folder.
     */
    async decodeCapture({
      decoding,
      strict = false,
      ...capture
    }: Pick<CaptureSource, 'path' | 'furtherPaths'> & {
      decoding: DecodingSettings;
      /** True: a file of several that cannot be read is an error. */
      strict?: boolean;
    }): Promise<DecodedCaptureRef> {
      return await heartbeatWhile((report, signal) =>
        decode(capture, decoding, null, strict, report, signal),
      );
    },

    /**
     * Decodes the next captures of a batch, each into a folder of files: a few small ones, or one that is large. A second
     * attempt of the same workflow replaces the folders.
     * @throws the fault of a capture if `strict`; else the capture is left out
     */
    async decodeCaptures(input: {
      /** A list of captures as JSON, and the part of it that is to be read. */
      unread: ArtifactRef;
      from: number;
      to: number;
      decoding: DecodingSettings;
      strict: boolean;
    }): Promise<DecodedCaptures> {
      const all = await readOwnJson<CaptureSource[]>(input.unread.path);
      const sources = all.slice(0, input.to);
      const sizes = sources.map(({ bytes }) => bytes);
      const part = firstOf(sizes, input.from, MOST_DECODED, MOST_DECODED_BYTES);
      const decoded: DecodedCaptureRef[] = [];
      const skipped: SkippedCapture[] = [];
      let bytesBefore = 0;
      await heartbeatWhile(async (report, signal) => {
        for (let index = part.from; index < part.to; index++) {
          const source = sources[index]!;
          const { path, sessionId, bytes } = source;
          const reportAll = (progress: unknown): void => report(withBytesBefore(progress, bytesBefore));
          try {
            decoded.push(await decode(source, input.decoding, index, input.strict, reportAll, signal));
          } catch (error) {
            if (input.strict || !(error instanceof Error) || !isCaptureFault(error.name)) throw error;
            const reason = error.message.replace(`${path}: `, '');
            skipped.push({ sessionId, captureName: path, reason });
          }
          bytesBefore += bytes;
          report({ bytesRead: bytesBefore });
        }
      });
      return { decoded, skipped, next: part.to, bytes: bytesBefore };
    },

    /** Stores the list of the captures that a batch left out. */
    async storeSkippedCaptures({ skipped }: { skipped: readonly SkippedCapture[] }): Promise<ArtifactRef> {
      return await storeList(paths.artifacts, 'skipped-captures', skipped, skipped.length);
    },
  };
}

/** Progress of one capture with the bytes of those before it. */
function withBytesBefore(progress: unknown, bytes: number): unknown {
  if (typeof progress !== 'object' || progress === null || !('bytesRead' in progress)) return progress;
  return { ...progress, bytesRead: Number(progress.bytesRead) + bytes };
}
