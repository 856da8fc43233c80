import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { retryOf } from '../../common/vqi-error.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import type { DecodingSettings } from '../../schemas/capture.js';
import type { SkippedCapture } from '../../schemas/skipped-capture.js';
import { decodedFiles } from '../../warehouse/captures/decoded-files.js';
import {
  findRead,
  findUnchanged,
  recordedPath,
  storeCaptures,
} from '../../warehouse/captures/load-capture.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { MissingCaptureError } from '../../warehouse/runs/register-run.js';
import { readOwnJson } from '../artifacts.js';
import { decoderKey, type DecodedCaptureRef } from '../computing/captures.js';
import { PathNotAllowedError } from '../confined-files.js';
import { homePaths, type ActivityDependencies, type HomePaths } from '../dependencies.js';
import { heartbeatWhile } from '../heartbeat-while.js';
import { cutBatches, type CaptureBatch } from '../planning/capture-batches.js';
import { storeList, type IngestedList, type PlannedList } from '../planning/capture-list.js';
import type { CaptureList, CaptureSource } from '../planning/run-plan.js';
import type { StoredFiles } from '../stored-files.js';

/** Captures left out that results name; the table `skipped_captures` has all. */
const MOST_SHOWN = 100;

/** A capture of one or more files, with their size and time of change. */
type SourceFiles = Pick<CaptureSource, 'path' | 'furtherPaths' | 'bytes' | 'modifiedUs'>;

/** Captures of a list that must be read. */
export interface UnreadCaptures {
  /** A JSON file with a list of `CaptureSource`. */
  readonly unread: ArtifactRef;
  readonly batches: readonly CaptureBatch[];
}

/** The captures of a list after reading. */
export interface GatheredCaptures {
  /** A JSON file with `IngestedList`. */
  readonly listed: ArtifactRef;
  readonly captures: number;
  /** The first of those left out. */
  readonly skipped: readonly SkippedCapture[];
  readonly skippedTotal: number;
}

/** Activities on captures; task queue of the warehouse. */
export function createWarehouseCaptureActivities(dependencies: ActivityDependencies) {
  const { stored, inputs } = dependencies;
  const paths = homePaths(dependencies.home);
  const keepInputs = (captures: readonly SourceFiles[]): Promise<void> =>
    heartbeatWhile(() =>
      inputs.keep(captures.flatMap(({ path, furtherPaths = [] }) => [path, ...furtherPaths])),
    );
  /** For each capture, its id if it was read. */
  const knownOf = async (
    captures: readonly SourceFiles[],
    decoding: DecodingSettings,
    find = findUnchanged,
  ): Promise<(string | null)[]> => {
    const decoder = decoderKey(decoding, dependencies);
    const files = captures.map((capture) => ({ ...capture, path: recordedPath(capture) }));
    return await heartbeatWhile((_, signal) =>
      withWarehouse(paths.warehouse, (warehouse) => find(warehouse, files, decoder), signal),
    );
  };
  return {
    /** Capture ids of files that were read before and whose size and modification time are unchanged; null for others. */
    async findUnchangedCaptures({
      files,
      decoding,
    }: {
      files: readonly SourceFiles[];
      decoding: DecodingSettings;
    }): Promise<(string | null)[]> {
      const known = await knownOf(files, decoding);
      await keepInputs(files.filter((_, index) => known[index] === null));
      return known;
    },

    /** The captures of a list that must be read, in batches: files that were read before and have not changed are left out. */
    async findUnreadCaptures({
      list,
      decoding,
      parallel = 1,
    }: {
      list: CaptureList;
      decoding: DecodingSettings;
      /** Batches that are read at the same time. */
      parallel?: number;
    }): Promise<UnreadCaptures> {
      const { sources } = await readOwnJson<PlannedList>(list.artifact.path);
      const known = await knownOf(sources, decoding);
      const unread = sources.filter((_, index) => known[index] === null);
      await keepInputs(unread);
      return {
        unread: await storeList(paths.artifacts, 'unread-captures', unread, unread.length),
        batches: cutBatches(
          unread.map(({ bytes }) => bytes),
          parallel,
        ),
      };
    },

    /**
     * Finds the captures of a list after its batches were read.
     * @param skipped lists of the captures that the batches left out
     */
    async gatherCaptures(input: {
      list: CaptureList;
      decoding: DecodingSettings;
      skipped: readonly ArtifactRef[];
    }): Promise<GatheredCaptures> {
      const { sources, skipped: planned } = await readOwnJson<PlannedList>(input.list.artifact.path);
      const unreadable: SkippedCapture[] = [];
      for (const { path } of input.skipped) unreadable.push(...(await readOwnJson<SkippedCapture[]>(path)));
      const left = new Set(unreadable.map(({ captureName }) => captureName));
      const known = await knownOf(sources, input.decoding, findRead);
      const ingested = sources.flatMap(({ path, sessionId, site, videoId, homeId, resolutionPx }, index) => {
        if (left.has(path)) return [];
        const captureId = known[index];
        if (captureId === undefined || captureId === null)
          throw new MissingCaptureError(`${path} was read, but is not in the warehouse: start the run again`);
        return [{ sessionId, site, videoId, homeId, resolutionPx, captureId, captureName: path }];
      });
      const skipped = [...planned, ...unreadable];
      const all: IngestedList = { sources: ingested, skipped };
      return {
        listed: await storeList(paths.artifacts, 'ingested-captures', all, ingested.length),
        captures: ingested.length,
        skipped: skipped.slice(0, MOST_SHOWN),
        skippedTotal: skipped.length,
      };
    },

    /**
     * Loads a decoded capture in one transaction and removes its files. A second call changes nothing.
     * @returns true if the capture is new
     */
    async loadCapture({ decoded }: { decoded: DecodedCaptureRef }): Promise<boolean> {
      return (await load(paths, stored, [decoded])) > 0;
    },

    /**
     * Loads decoded captures in one transaction and removes their files. A second call changes nothing.
     * @returns how many are new
     */
    async loadCaptures({ decoded }: { decoded: readonly DecodedCaptureRef[] }): Promise<number> {
      return await load(paths, stored, decoded);
    },
  };
}

async function load(
  paths: HomePaths,
  stored: StoredFiles,
  captures: readonly DecodedCaptureRef[],
): Promise<number> {
  const folders = captures.map(({ folder }) => requireDecodedFolder(paths.decoded, folder));
  const remove = async (): Promise<void> => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
    await Promise.all(captures.flatMap(({ packed }) => (packed ? [stored.removePacked(packed)] : [])));
  };
  const loaded = await heartbeatWhile(async (report, signal) => {
    const arrived = await Promise.all(
      captures.map(
        async ({ packed }, index) => packed === undefined || (await stored.unpack(packed, folders[index]!)),
      ),
    );
    const missing = captures[arrived.indexOf(false)];
    return await withWarehouse(
      paths.warehouse,
      (warehouse) =>
        storeCaptures(
          warehouse,
          captures.map(({ captureId, decoder, file }, index) => ({
            capture: { captureId, decoder, files: decodedFiles(folders[index]!) },
            file,
          })),
          async (packetsLoaded) => {
            report({ packetsLoaded });
            await setImmediate();
          },
        ),
      signal,
    ).catch((error: unknown) => {
      const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (missing === undefined || !isAbsent) throw error;
      throw new MissingCaptureError(
        `${missing.file.path} was decoded, but the store no longer has what was read: start the run again`,
      );
    });
  }).catch(async (error: unknown) => {
    if (retryOf(error) === 'never') await remove();
    throw error;
  });
  await heartbeatWhile(remove);
  return loaded;
}

/** The folder of a decoded capture is read and then removed: no other folder may be given. @throws PathNotAllowedError */
function requireDecodedFolder(decoded: string, folder: string): string {
  const name = basename(folder);
  if (!/^[0-9a-f]{15}$/.test(name))
    throw new PathNotAllowedError(`${folder} is not a folder of a decoded capture in ${decoded}`);
  return join(decoded, name);
}
