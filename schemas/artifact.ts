/** A reference to an immutable file named by its content. Histories and tables contain this, never rows. */
export interface ArtifactRef {
  /** Absolute path on the worker's machine. */
  readonly path: string;
  /** SHA-256 of the bytes, lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  /** Rows of the file; null if the file is not a table. */
  readonly rows: number | null;
}
