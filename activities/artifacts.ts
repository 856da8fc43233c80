import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../schemas/artifact.js';
import { InputFileError } from './failures.js';

/** SHA-256 (hexadecimal) and size of a file's bytes, streamed. */
async function fingerprint(path: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** A path beside the artifacts to write to before the content, and so the name, is known. Not reused between attempts. */
export async function temporaryPath(folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return join(folder, `.${name}-${process.pid}-${process.hrtime.bigint()}.tmp`);
}

/**
 * Moves a finished file to its place among the artifacts, under a name that carries its content.
 * The same content again lands on the same file.
 */
export async function storeArtifact(
  folder: string,
  temporary: string,
  name: string,
  extension: string,
  rows: number | null,
): Promise<ArtifactRef> {
  const { sha256, bytes } = await fingerprint(temporary);
  const path = join(folder, `${name}-${sha256.slice(0, 16)}.${extension}`);
  await rename(temporary, path);
  return { path, sha256, bytes, rows };
}

/** Runs `write` with a temporary path, stores what it wrote, and leaves nothing behind where it fails. */
export async function makeArtifact<T>(
  folder: string,
  name: string,
  extension: string,
  write: (path: string) => Promise<{ rows: number | null; result: T }>,
): Promise<{ artifact: ArtifactRef; result: T }> {
  const temporary = await temporaryPath(folder, name);
  try {
    const { rows, result } = await write(temporary);
    return { artifact: await storeArtifact(folder, temporary, name, extension, rows), result };
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Holds a file to the hash that was noted when it was written.
 * @throws InputFileError where it is gone or its content is another; `remedy` says what to do then.
 */
export async function requireUnchanged(
  what: string,
  { path, sha256 }: Pick<ArtifactRef, 'path' | 'sha256'>,
  remedy: string,
): Promise<void> {
  let found: string;
  try {
    found = (await fingerprint(path)).sha256;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputFileError(`${what} cannot be read (${reason}): ${remedy}`);
  }
  if (found !== sha256) {
    throw new InputFileError(
      `${what} is not what was written: ${path} has the SHA-256 ${found}, not ${sha256}: ${remedy}`,
    );
  }
}

/** Reads a JSON file that an activity of this program wrote as a value of this type. */
export async function readOwnJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}
