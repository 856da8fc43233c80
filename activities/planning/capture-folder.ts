import { basename } from 'node:path';
import { GONE } from '../../capture/formats/capture-format-error.js';
import { faultOfStart } from '../../capture/formats/choose-reader.js';
import { countText } from '../../common/count-text.js';
import { inParallel } from '../../common/in-parallel.js';
import { resolvePath } from '../../common/resolve-path.js';
import { retryOf } from '../../common/vqi-error.js';
import type { JoinedFiles } from '../../schemas/run-config.js';
import type { SkippedCapture } from '../../schemas/skipped-capture.js';
import { StoreError } from '../../store/object-store.js';
import { recordedPath, type CaptureFile } from '../../warehouse/captures/load-capture.js';
import { isMissing, type ConfinedFiles } from '../confined-files.js';
import { ConfigError, InputFileError } from '../failures.js';
import { joinSeries } from './capture-series.js';
import { nothingAt } from './nothing-at.js';
import type { CaptureList, CaptureSource } from './run-plan.js';

/** A file with such a name is a capture, as its owner sees it, whatever its content. */
const CAPTURE_NAME = /\.(pcap|pcapng|cap|dmp)\d*(\.(gz|xz|bz2|zst|lz4|zip|7z))?$/i;

/** Files that are open at the same time. */
const OPENED = 8;

/** Lists of sessions, player logs and manifests, which lie beside captures; nobody takes them for captures. */
const TABLE_NAME = /\.(csv|json)(\.gz)?$/i;

/** The captures of a folder, and what was left out. */
export interface FoundCaptures {
  readonly sources: readonly CaptureSource[];
  readonly skipped: readonly SkippedCapture[];
  /** What else is in the folder, with count and example. */
  readonly warnings: readonly string[];
}

/** The same in the plan of a run; plans of earlier versions have only the first. */
export type PlannedCaptures = Pick<FoundCaptures, 'sources'> &
  Partial<FoundCaptures> & {
    /** Has the captures and those left out instead if they are many. */
    readonly list?: CaptureList;
  };

/**
 * The capture at `path` or, if it is a folder, all captures below it, recognised by their content, sorted by name, without
 * labels. Hidden files and folders are ignored.
 * @param join which files of the folder are one capture
 * @throws InputFileError if there is none, PathNotAllowedError, CaptureFormatError
 */
export async function capturesAt(
  path: string,
  files: ConfinedFiles,
  join: JoinedFiles = 'numbered',
): Promise<FoundCaptures> {
  const root = resolvePath(path);
  const found = await files.status(root);
  if (found === null) throw nothingAt(root, "no such file or folder on the worker's machine");
  if (found.kind !== 'folder') {
    if (join === 'all')
      throw new ConfigError(
        `join: all joins files of a folder, and ${root} is one file: name the folder, or leave it out`,
      );
    const file = await captureFile(root, files);
    const fault = file.bytes > 0 ? await faultOfStart(await files.stream(root)) : null;
    if (fault !== null) throw new InputFileError(`${root}: ${fault.message}`);
    return { sources: [unlabelled(file, basename(root))], skipped: [], warnings: [] };
  }

  const skipped: SkippedCapture[] = [];
  const nameOf = (file: string): string => file.slice(root.replace(/\/$/, '').length + 1);
  const skip = (file: string, error: unknown): void => {
    requireAnswered(error);
    skipped.push({ sessionId: nameOf(file), captureName: file, reason: reasonOf(error, file) });
  };
  const below = await files.below(root, skip);
  const faults = await inParallel(below, OPENED, async (file) => {
    try {
      return await faultOfStart(await files.stream(file.path));
    } catch (error) {
      requireAnswered(error);
      return { unreadable: error };
    }
  });
  const sources: CaptureSource[] = [];
  const others: string[] = [];
  for (const [index, file] of below.entries()) {
    const fault = faults[index] ?? null;
    if (fault === null) sources.push(unlabelled(file, nameOf(file.path)));
    else if ('unreadable' in fault) skip(file.path, fault.unreadable);
    else if (CAPTURE_NAME.test(file.path))
      skip(file.path, file.bytes === 0 ? new InputFileError('the file is empty') : fault);
    else if (!TABLE_NAME.test(file.path)) others.push(nameOf(file.path));
  }
  if (sources.length === 0)
    throw new InputFileError(
      `${root}: none of the ${countText(below.length, 'file')} in it is a pcap or pcapng file that can be read${skipped[0] === undefined ? '' : ` (${skipped[0].sessionId}: ${skipped[0].reason})`}`,
    );
  const warnings =
    others.length === 0
      ? []
      : [
          `${others.length} of ${countText(below.length, 'file')} in ${root} ${others.length === 1 ? 'is no capture' : 'are not captures'}, such as ${others[0]}`,
        ];
  const joined = await joinSeries(sources, join, files, skip);
  return { sources: joined.sources, skipped, warnings: [...warnings, ...joined.warnings] };
}

/** Why a file is left out. One that was there a moment ago was deleted by the program that captures into a ring of files. */
function reasonOf(error: unknown, file: string): string {
  if (!(error instanceof Error)) return String(error);
  return isMissing(error) ? GONE : error.message.replace(`${file}: `, '');
}

/** A store that does not answer says nothing about a capture: the step is repeated. */
function requireAnswered(error: unknown): void {
  if (error instanceof StoreError && retryOf(error) === 'later') throw error;
}

function unlabelled(file: CaptureFile, sessionId: string): CaptureSource {
  return { sessionId, ...file, site: null, videoId: null, homeId: null, resolutionPx: null };
}

/** Size and time of change of a capture of one or more files, under the name that tables have for it. */
export function wholeOf(
  capture: Pick<CaptureSource, 'path' | 'furtherPaths'>,
  parts: readonly CaptureFile[],
): CaptureFile {
  return {
    path: recordedPath(capture),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    modifiedUs: Math.max(...parts.map(({ modifiedUs }) => modifiedUs)),
  };
}

/** Size and time of change of a file. @throws InputFileError if there is none, PathNotAllowedError */
export async function captureFile(path: string, files: ConfinedFiles): Promise<CaptureFile> {
  const found = await files.status(path);
  if (found === null) throw nothingAt(path, "no such file on the worker's machine");
  const { kind, bytes, modifiedUs } = found;
  if (kind !== 'file') throw new InputFileError(`${path}: is not a file`);
  return { path, bytes, modifiedUs };
}
