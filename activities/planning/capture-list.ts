import { writeFile } from 'node:fs/promises';
import type { ArtifactRef } from '../../schemas/artifact.js';
import type { SkippedCapture } from '../../schemas/skipped-capture.js';
import { makeArtifact, readOwnJson } from '../artifacts.js';
import type { CaptureList, CaptureSource, IngestedSource, PlayerLogSource } from './run-plan.js';

/**
 * Runs with more captures keep them in artifacts and read them in batches: Temporal limits histories and payloads, and many child
 * workflows hide the run among them.
 */
export const BATCHES_ABOVE = 16;

/** What a plan found; all of it is in `list` instead if it is too much for a history. */
interface Found {
  readonly sources: readonly CaptureSource[];
  readonly playerLogs?: readonly PlayerLogSource[];
  readonly skipped?: readonly SkippedCapture[];
}

export type PlannedList = Required<Found>;

/** Captures that were read, and those that were left out. */
export interface IngestedList {
  readonly sources: readonly IngestedSource[];
  readonly skipped: readonly SkippedCapture[];
}

/** Captures that an activity gets: in its input or, if they are many, in an artifact. */
export interface GivenCaptures {
  readonly sources: readonly IngestedSource[];
  readonly skipped: readonly SkippedCapture[];
  /** A JSON file with `IngestedList`, which holds all captures; then the lists are empty. */
  readonly listed?: ArtifactRef | undefined;
}

/** Moves the captures of a plan to an artifact if they are more than `most`. */
export async function listIfMany<T extends Found>(
  artifacts: string,
  found: T,
  most: number,
): Promise<T & { readonly list?: CaptureList }> {
  const { sources, playerLogs = [], skipped = [] } = found;
  // A capture may have many files.
  const files = sources.reduce((sum, { furtherPaths = [] }) => sum + 1 + furtherPaths.length, skipped.length);
  if (files <= most) return found;
  const list: PlannedList = { sources, playerLogs, skipped };
  return {
    ...found,
    sources: [],
    ...(found.playerLogs && { playerLogs: [] }),
    ...(found.skipped && { skipped: [] }),
    list: {
      artifact: await storeList(artifacts, 'captures', list, sources.length),
      captures: sources.length,
      bytes: sources.reduce((sum, { bytes }) => sum + bytes, 0),
      playerLogs: playerLogs.length,
    },
  };
}

/** The captures that an activity is to work on. */
export async function capturesIn({ sources, skipped, listed }: GivenCaptures): Promise<IngestedList> {
  return listed === undefined ? { sources, skipped } : await readOwnJson<IngestedList>(listed.path);
}

/** Stores a list for other activities. The same list gets the same path. */
export async function storeList(
  artifacts: string,
  name: string,
  list: unknown,
  rows: number,
): Promise<ArtifactRef> {
  const { artifact } = await makeArtifact(artifacts, name, 'json', async (path) => {
    await writeFile(path, JSON.stringify(list));
    return { rows, result: null };
  });
  return artifact;
}
