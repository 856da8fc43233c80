import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { looksLikeCapture } from '../../capture/formats/choose-reader.js';
import { InputFileError } from '../failures.js';
import type { CaptureSource } from './run-plan.js';

/**
 * The capture at `path` or, if it is a folder, all captures below it, recognised by their content, sorted by name, without
 * labels. Hidden files and folders are ignored.
 * @throws InputFileError if there is none
 */
export async function capturesAt(path: string): Promise<CaptureSource[]> {
  const root = resolve(path);
  const found = await stat(root).catch(() => null);
  if (found === null) throw new InputFileError(`${root}: no such file or folder on the worker's machine`);
  if (!found.isDirectory()) return [await unlabelled(root, basename(root))];

  const files = (await filesBelow(root, new Set())).sort();
  const sources: CaptureSource[] = [];
  for (const file of files) {
    if (await looksLikeCapture(createReadStream(file)))
      sources.push(await unlabelled(file, relative(root, file)));
  }
  if (sources.length === 0)
    throw new InputFileError(`${root}: none of the ${files.length} files in it is a pcap or pcapng file`);
  return sources;
}

/** Follows links, also to folders; every folder is read once. Broken links are ignored. */
async function filesBelow(folder: string, visited: Set<string>): Promise<string[]> {
  const real = await realpath(folder);
  if (visited.has(real)) return [];
  visited.add(real);
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const target = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry;
    if (entry.name.startsWith('.') || target === null) continue;
    if (target.isFile()) files.push(path);
    else if (target.isDirectory()) files.push(...(await filesBelow(path, visited)));
  }
  return files;
}

async function unlabelled(path: string, sessionId: string): Promise<CaptureSource> {
  return {
    sessionId,
    ...(await captureFile(path)),
    site: null,
    videoId: null,
    homeId: null,
    resolutionPx: null,
  };
}

/** Size and time of change of a file. @throws InputFileError if there is none */
export async function captureFile(
  path: string,
): Promise<Pick<CaptureSource, 'path' | 'bytes' | 'modifiedUs'>> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new InputFileError(`${path}: no such file on the worker's machine`);
  if (!found.isFile()) throw new InputFileError(`${path}: is not a file`);
  return { path, bytes: found.size, modifiedUs: Math.round(found.mtimeMs * 1000) };
}
