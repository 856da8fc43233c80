import { basename, join, relative, resolve } from 'node:path';
import { GONE } from '../../capture/formats/capture-format-error.js';
import { faultOfStart } from '../../capture/formats/choose-reader.js';
import { countText } from '../../common/count-text.js';
import { sizeAndTime } from '../../common/size-and-time.js';
import type { JoinedFiles } from '../../schemas/run-config.js';
import type { SkippedCapture } from '../../schemas/skipped-capture.js';
import { recordedPath, type CaptureFile } from '../../warehouse/captures/load-capture.js';
import type { ConfinedFiles } from '../confined-files.js';
import { InputFileError } from '../failures.js';
import { joinSeries } from './capture-series.js';
import type { CaptureList, CaptureSource } from './run-plan.js';

/** A file with such a name is a capture, as its owner sees it, whatever its content. */
const CAPTURE_NAME = /\.(pcap|pcapng|cap|dmp)\d*(\.(gz|xz|bz2|zst|lz4|zip|7z))?$/i;

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
  const root = resolve(path);
  const found = await files.status(root);
  if (found === null) throw new InputFileError(`${root}: no such file or folder on the worker's machine`);
  if (!found.isDirectory()) {
    const source = await unlabelled(root, basename(root), files);
    const fault = source.bytes > 0 ? await faultOfStart(await files.stream(root)) : null;
    if (fault !== null) throw new InputFileError(`${root}: ${fault.message}`);
    return { sources: [source], skipped: [], warnings: [] };
  }

  const skipped: SkippedCapture[] = [];
  const skip = (file: string, error: unknown): void => {
    skipped.push({ sessionId: relative(root, file), captureName: file, reason: reasonOf(error, file) });
  };
  const paths = (await filesBelow(root, files, new Set(), skip)).sort();
  const sources: CaptureSource[] = [];
  const others: string[] = [];
  for (const file of paths) {
    const name = relative(root, file);
    try {
      const fault = await faultOfStart(await files.stream(file));
      if (fault === null) sources.push(await unlabelled(file, name, files));
      else if (CAPTURE_NAME.test(file))
        throw new InputFileError(
          (await files.status(file))?.size === 0 ? 'the file is empty' : fault.message,
        );
      else if (!TABLE_NAME.test(file)) others.push(name);
    } catch (error) {
      skip(file, error);
    }
  }
  if (sources.length === 0)
    throw new InputFileError(
      `${root}: none of the ${countText(paths.length, 'file')} in it is a pcap or pcapng file that can be read${skipped[0] === undefined ? '' : ` (${skipped[0].sessionId}: ${skipped[0].reason})`}`,
    );
  const warnings =
    others.length === 0
      ? []
      : [
          `${others.length} of ${countText(paths.length, 'file')} in ${root} ${others.length === 1 ? 'is no capture' : 'are not captures'}, such as ${others[0]}`,
        ];
  const joined = await joinSeries(sources, join, files, skip);
  return { sources: joined.sources, skipped, warnings: [...warnings, ...joined.warnings] };
}

/** Why a file is left out. One that was there a moment ago was deleted by the program that captures into a ring of files. */
function reasonOf(error: unknown, file: string): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'ENOENT' ? GONE : error.message.replace(`${file}: `, '');
}

/** Follows links, also to folders; every folder is read once. Broken links are ignored. */
async function filesBelow(
  folder: string,
  files: ConfinedFiles,
  visited: Set<string>,
  skip: (path: string, error: unknown) => void,
): Promise<string[]> {
  const self = await files.status(folder);
  const identity = `${self?.dev}:${self?.ino}`;
  if (visited.has(identity)) return [];
  visited.add(identity);
  const found: string[] = [];
  const names = await files.names(folder).catch((error: unknown) => skip(folder, error));
  for (const name of names ?? []) {
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    const target = await files.status(path).catch((error: unknown) => skip(path, error));
    if (target?.isFile() === true) found.push(path);
    else if (target?.isDirectory() === true) found.push(...(await filesBelow(path, files, visited, skip)));
  }
  return found;
}

async function unlabelled(path: string, sessionId: string, files: ConfinedFiles): Promise<CaptureSource> {
  return {
    sessionId,
    ...(await captureFile(path, files)),
    site: null,
    videoId: null,
    homeId: null,
    resolutionPx: null,
  };
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
  if (found === null) throw new InputFileError(`${path}: no such file on the worker's machine`);
  if (!found.isFile()) throw new InputFileError(`${path}: is not a file`);
  return { path, ...sizeAndTime(found) };
}
