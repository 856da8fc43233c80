import { createHash } from 'node:crypto';
import type { TrialSetting } from '../../schemas/search.js';

/** Everything that the scores of a training depend on. */
export interface TrialKeyParts {
  /** Of the program's code that trains and scores. */
  readonly codeVersion: string;
  readonly matrixSha256: string;
  /** With the budget it has. */
  readonly setting: TrialSetting;
  /** Part of the training rows that it may see. */
  readonly trainShare: number;
  readonly folds: number;
  readonly seed: number;
  /** Keeps apart what shall not be reused; null: equal trainings are the same. */
  readonly salt: string | null;
}

/** Name of a training: equal for two trainings that must come to the same scores. */
export function trialKey({ setting, ...parts }: TrialKeyParts): string {
  const { codeVersion, matrixSha256, trainShare, folds, seed, salt } = parts;
  const sorted = Object.entries(setting).sort(([left], [right]) => (left < right ? -1 : 1));
  const text = JSON.stringify([codeVersion, matrixSha256, sorted, trainShare, folds, seed, salt]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
