import type { HalvingConfig, Rung, TrialSetting } from '../../schemas/search.js';

/**
 * The steps of successive halving (Jamieson and Talwalkar, AISTATS 2016) for a number of trials: each step keeps one of
 * `factor` trials and gives it `factor` times the budget of the previous step. The last step gives the whole budget to
 * at least `finalists` trials. Steps are added as long as the first share is at least `minShare` and each step drops
 * at least half of the trials.
 *
 * @returns at least one step; the last has the share 1
 */
export function planRungs(trials: number, { factor, minShare, finalists }: HalvingConfig): Rung[] {
  const sizes = [trials];
  let share = 1;
  for (;;) {
    const size = sizes[sizes.length - 1]!;
    const next = Math.max(finalists, Math.ceil(size / factor));
    share /= factor;
    // A share such as 1/9 may be given as a decimal fraction: its rounding error must not cost a step.
    if (factor === 1 || next * 2 > size || share < minShare * (1 - 1e-6)) break;
    sizes.push(next);
  }
  return sizes.map((size, step) => ({
    share: 1 / factor ** (sizes.length - 1 - step),
    keep: sizes[step + 1] ?? size,
  }));
}

/** A setting with its budget reduced. */
export interface BudgetedSetting {
  readonly setting: TrialSetting;
  /** Part of the training rows to fit on. */
  readonly trainShare: number;
}

/** Reduces the row cap, trees or rounds of a setting to a share; if it has none of them, the training rows. */
export function withBudget(setting: TrialSetting, share: number): BudgetedSetting {
  const part = (whole: number, least: number): number =>
    Math.min(whole, Math.max(least, Math.round(whole * share)));
  if ('rowCap' in setting) return { setting: { ...setting, rowCap: part(setting.rowCap, 2) }, trainShare: 1 };
  if ('trees' in setting) return { setting: { ...setting, trees: part(setting.trees, 1) }, trainShare: 1 };
  if ('rounds' in setting) return { setting: { ...setting, rounds: part(setting.rounds, 1) }, trainShare: 1 };
  return { setting, trainShare: share };
}
