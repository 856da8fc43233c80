import type { HalvingConfig, Rung, TrialSetting } from '../../schemas/search.js';

/**
 * The steps of successive halving (Jamieson and Talwalkar, AISTATS 2016) for a number of trials: each step gives
 * `factor` times the budget of the one before to one of `factor` trials, and the last the whole budget to `finalists`
 * trials at least. There are as many steps as the least share allows and as drop at least half of the
 * trials.
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
    // A share of 1/9 is written as a decimal fraction: what is lost in it must not cost a step.
    if (factor === 1 || next * 2 > size || share < minShare * (1 - 1e-6)) break;
    sizes.push(next);
  }
  return sizes.map((size, step) => ({
    share: 1 / factor ** (sizes.length - 1 - step),
    keep: sizes[step + 1] ?? size,
  }));
}

/** A setting with a part of its budget. */
export interface BudgetedSetting {
  readonly setting: TrialSetting;
  /** Part of the training rows that it may see. */
  readonly trainShare: number;
}

/** A part of a setting's trees, rounds or row cap; of one that has none of them, of the training rows. */
export function withBudget(setting: TrialSetting, share: number): BudgetedSetting {
  const part = (whole: number, least: number): number =>
    Math.min(whole, Math.max(least, Math.round(whole * share)));
  if ('rowCap' in setting) return { setting: { ...setting, rowCap: part(setting.rowCap, 2) }, trainShare: 1 };
  if ('trees' in setting) return { setting: { ...setting, trees: part(setting.trees, 1) }, trainShare: 1 };
  if ('rounds' in setting) return { setting: { ...setting, rounds: part(setting.rounds, 1) }, trainShare: 1 };
  return { setting, trainShare: share };
}
