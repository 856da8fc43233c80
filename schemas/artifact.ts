import { z } from 'zod';

/** A reference to an immutable file named by its content. Histories and tables contain this, never rows. */
export const artifactRefSchema = z.strictObject({
  /** Absolute path on the worker's machine. */
  path: z.string().min(1),
  /** SHA-256 of the bytes, lower-case hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
  /** Rows of the file; null if the file is not a table. */
  rows: z.int().nonnegative().nullable(),
});

export type ArtifactRef = z.infer<typeof artifactRefSchema>;
