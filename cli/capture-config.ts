import { statSync } from 'node:fs';
import { resolvePath } from '../common/resolve-path.js';
import type { JoinedFiles } from '../schemas/run-config.js';

/** Options of the commands that read captures without labels. */
export interface CaptureOptions {
  readonly join?: JoinedFiles | undefined;
  readonly strict?: boolean | undefined;
  readonly anonymise?: boolean | undefined;
}

/**
 * The part of a configuration that the capture and these options set.
 * @throws Error if files of one file are to be joined
 */
export function captureConfig(
  capture: string,
  { join, strict, anonymise }: CaptureOptions,
): { capture: string; join?: JoinedFiles; strict?: true; anonymise?: true } {
  const path = resolvePath(capture);
  if (join !== undefined && join !== 'none' && statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    throw new Error(
      `--join ${join} joins files of a folder, and ${path} is one file: name the folder, or leave --join out`,
    );
  return {
    capture: path,
    ...(join === undefined ? {} : { join }),
    ...(strict === true ? { strict } : {}),
    ...(anonymise === true ? { anonymise } : {}),
  };
}
