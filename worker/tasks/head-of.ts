import { open } from 'node:fs/promises';

/** The first bytes of a file; fewer if it is shorter. */
export async function headOf(path: string, bytes: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(bytes) });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
