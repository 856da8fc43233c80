import { setCurrentDetails } from '@temporalio/workflow';
import type { TuneConfigInput } from '../schemas/search.js';
import { planning, warehouse } from './activity-options.js';
import { asRun } from './as-run.js';
import {
  answerProgress,
  noSearchProgress,
  type Progress,
  type SearchProgress,
  type SearchStage,
} from './progress.js';
import { setAttributes } from './run-attributes.js';
import { handleSearchMessages } from './search/search-messages.js';
import { searchDetails, searchModel, type SearchResult } from './search/search-model.js';
import { TrialSearch } from './search/trial-search.js';

export interface TuningProgress extends Progress<SearchStage> {
  trials: SearchProgress;
  warnings: string[];
}

/**
 * Searches again on the training set of an existing run, with another search space, budget and seed. The best trial is
 * fitted on all training sessions and evaluated on the held-out sessions; whether it becomes the current model is decided
 * as for every run. Tables, report and model are stored under the id of this workflow.
 */
export async function tuneModel(input: TuneConfigInput): Promise<SearchResult> {
  const progress: TuningProgress = { stage: 'planning', trials: noSearchProgress(), warnings: [] };
  const enter = answerProgress(progress);
  const search = new TrialSearch((trials) => {
    progress.trials = trials;
    setCurrentDetails(searchDetails(trials));
  });
  handleSearchMessages(search);

  return await asRun(input, async (buildId) => {
    const prepared = await warehouse.adoptRun.executeWithOptions(
      { summary: 'check the configuration, reuse the training set' },
      [{ runId: buildId, request: input }],
    );
    setAttributes({ source: input.run });
    const { search: space, seed } = prepared.config;
    const bracket = await planning.planSearch.executeWithOptions({ summary: 'draw the trials' }, [
      { search: space, seed },
    ]);
    const result = await searchModel(search, prepared, bracket, enter);
    enter('done');
    return result;
  });
}
