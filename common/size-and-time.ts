/** Size of a file, and the time of its last change in microseconds since the Unix epoch. */
export interface SizeAndTime {
  readonly bytes: number;
  readonly modifiedUs: number;
}

/** What is at a path. */
export interface PathStatus extends SizeAndTime {
  readonly kind: 'file' | 'folder' | 'other';
}

/** Size and time of what `stat` found. */
export function sizeAndTime({ size, mtimeMs }: { size: number; mtimeMs: number }): SizeAndTime {
  return { bytes: size, modifiedUs: Math.round(mtimeMs * 1000) };
}
