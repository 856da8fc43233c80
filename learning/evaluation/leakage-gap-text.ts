import type { LeakageGap } from './leakage-gap.js';

/** The leakage gap in one line, for people. */
export function leakageGapText({ macroF1ByGroup, macroF1ByRow }: LeakageGap): string {
  return `macro-F1 ${macroF1ByRow.toFixed(3)} instead of ${macroF1ByGroup.toFixed(3)} if rows were split at random (a small forest)`;
}
