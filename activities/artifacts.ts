import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonFaultText } from '../common/json-fault-text.js';
import type { ArtifactRef } from '../schemas/artifact.js';
import { InputFileError } from './failures.js';

/** SHA-256 (hexadecimal) and size of a file's bytes, streamed. */
export async function fingerprint(path: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** A new path in `folder` to write to while the content, and so the name, is unknown. Every attempt gets another path. */
export async function temporaryPath(folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return join(folder, `.${name}-${process.pid}-${process.hrtime.bigint()}.tmp`);
}

/**
 * Moves a finished file to its final path, whose name contains a hash of the content. The same content always gets the same
 * path.
 */
async function storeArtifact(
  folder: string,
  temporary: string,
  name: string,
  extension: string,
  rows: number | null,
): Promise<ArtifactRef> {
  const { sha256, bytes } = await fingerprint(temporary);
  const file = `${name}-${sha256.slice(0, 16)}.${extension}`;
  const path = join(folder, file);
  await rename(temporary, path);
  return { name: file, path, sha256, bytes, rows };
}

/** Runs `write` with a temporary path and stores the file that it wrote; removes the file if `write` fails. */
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
 * Compares a file with the hash that was recorded when it was written.
 * @param what name of the file in an error
 * @param remedy what the user can do after an error
 * @throws InputFileError if the file is missing or its content differs
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
      `${what} has changed since it was written: ${path} has the SHA-256 ${found}, not ${sha256}: ${remedy}`,
    );
  }
}

/** Reads a JSON file that an activity wrote; its type is not checked. @throws InputFileError that quotes nothing of it */
export async function readOwnJson<T>(path: string): Promise<T> {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new InputFileError(
      `${path} ${jsonFaultText(error)}: it was changed, or is no file of this program`,
    );
  }
}

/** The text of a file that comes with the program. */
export async function readShippedFile(path: string): Promise<string> {
  return await readFile(path, 'utf8');
}
