import { patched } from '@temporalio/workflow';
import type { ChosenTrial } from '../../activities/computing/trials.js';
import type { PreparedSearch, RankedTrial } from '../../activities/warehouse/search-records.js';
import { computing } from '../activity-options.js';
import { rankTrials } from './rank-trials.js';

/** Trials in the order in which they are to be fitted until one can be, and why. */
export interface RankedChoice {
  readonly ranked: readonly RankedTrial[];
  /** Null in a search that an earlier version started: the highest score is chosen. */
  readonly choice: ChosenTrial | null;
}

/** Chooses among the scored trials, by predictions for groups that their fits had not seen. */
export async function chooseAmong(
  { config, trainingSet: { rankedOn } }: PreparedSearch,
  scored: readonly RankedTrial[],
): Promise<RankedChoice> {
  if (!patched('baselines are trials') || rankedOn === undefined)
    return { ranked: rankTrials(scored, config.search), choice: null };
  const { families, standardErrors } = config.search;
  const trials = scored.map(({ spec, share, macroF1, foldsPath }) => ({
    trial: spec.trial,
    family: spec.setting.family,
    share,
    macroF1,
    foldsPath,
  }));
  const choice = await computing.chooseTrial.executeWithOptions(
    { summary: `compare ${trials.length} trials` },
    [{ trials, families, standardErrors, rankedOn, seed: config.seed }],
  );
  return {
    ranked: choice.order.flatMap((number) => scored.filter(({ spec }) => spec.trial === number)),
    choice,
  };
}
