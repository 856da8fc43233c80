import { open } from 'node:fs/promises';
import type { ArtifactRef } from '../../schemas/artifact.js';

/** Matrices in memory: those of the current search, and of one that ends while it starts. */
const KEPT = 2;

/** Reads each prepared matrix once per process, into memory that all threads share. */
export class MatrixCache {
  readonly #matrices = new Map<string, Promise<SharedArrayBuffer>>();

  /** The bytes of the artifact. @throws Error if the file is missing or too short */
  async read(ref: ArtifactRef): Promise<SharedArrayBuffer> {
    const known = this.#matrices.get(ref.sha256);
    const matrix = known ?? readShared(ref);
    this.#matrices.delete(ref.sha256);
    this.#matrices.set(ref.sha256, matrix);
    for (const oldest of [...this.#matrices.keys()].slice(0, -KEPT)) this.#matrices.delete(oldest);
    try {
      return await matrix;
    } catch (error) {
      this.#matrices.delete(ref.sha256);
      throw error;
    }
  }
}

async function readShared({ path, bytes }: ArtifactRef): Promise<SharedArrayBuffer> {
  const buffer = new SharedArrayBuffer(bytes);
  const file = await open(path, 'r');
  try {
    for (let at = 0; at < bytes;) {
      const { bytesRead } = await file.read(new Uint8Array(buffer, at), 0, Math.min(bytes - at, 1 << 30), at);
      if (bytesRead === 0) throw new Error(`${path} is truncated: it ends at byte ${at} of ${bytes}`);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
  return buffer;
}
