/** Size of a file, and the time of its last change in microseconds since the Unix epoch. */
export interface SizeAndTime {
  readonly bytes: number;
  readonly modifiedUs: number;
}

/** The same of what `stat` found. */
export function sizeAndTime({ size, mtimeMs }: { size: number; mtimeMs: number }): SizeAndTime {
  return { bytes: size, modifiedUs: Math.round(mtimeMs * 1000) };
}
