/** A reference to an immutable file named by its content. Histories and tables contain this, never rows. */
export interface ArtifactRef {
  /** File name in the folder of artifacts of every home, and in the store: it contains a hash of the content. */
  readonly name: string;
  /**
   * Absolute path on the machine where an activity runs. Histories do not have it: it is set before an activity begins, where
   * the file is brought if it is elsewhere.
   */
  readonly path: string;
  /** SHA-256 of the bytes, lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  /** Rows of the file; null if the file is not a table. */
  readonly rows: number | null;
}
