import { createHash } from 'node:crypto';
import type { TrialSetting } from '../../schemas/search.js';

/** All inputs that the scores of a training depend on. */
export interface TrialKeyParts {
  /** Hash of the code that trains and scores. */
  readonly codeVersion: string;
  readonly matrixSha256: string;
  /** With its budget. */
  readonly setting: TrialSetting;
  /** Share of the training rows to use. */
  readonly trainShare: number;
  readonly folds: number;
  readonly seed: number;
  /** Trainings with different salts do not reuse each other's scores; null: no salt. */
  readonly salt: string | null;
}

/** Key of a training: trainings with the same key have the same scores. */
export function trialKey({ setting, ...parts }: TrialKeyParts): string {
  const { codeVersion, matrixSha256, trainShare, folds, seed, salt } = parts;
  const sorted = Object.entries(setting).sort(([left], [right]) => (left < right ? -1 : 1));
  const text = JSON.stringify([codeVersion, matrixSha256, sorted, trainShare, folds, seed, salt]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
