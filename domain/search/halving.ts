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

/** A setting with a part of its budget: trees, rounds, or the rows it may see; one without any of them as it is. */
export function withBudget(setting: TrialSetting, share: number): TrialSetting {
  const part = (whole: number, least: number): number =>
    Math.min(whole, Math.max(least, Math.round(whole * share)));
  if ('rowCap' in setting) return { ...setting, rowCap: part(setting.rowCap, 2) };
  if ('trees' in setting) return { ...setting, trees: part(setting.trees, 1) };
  if ('rounds' in setting) return { ...setting, rounds: part(setting.rounds, 1) };
  return setting;
}
