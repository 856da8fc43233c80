import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { PreparedSearch } from '../../activities/warehouse/search-records.js';
import { countText } from '../../common/count-text.js';
import type { FirstTrials } from '../../schemas/search.js';
import { closeEarlierSearch, endStateOf } from '../as-run.js';
import type { SearchProgress, SearchStage } from '../progress.js';
import { chooseAmong } from './choose-among.js';
import { concludeSearch, type SearchConclusion } from './conclude-search.js';
import { leaderText } from './leader-text.js';
import type { TrialSearch } from './trial-search.js';

/** Result of a search. */
export interface SearchResult extends SearchConclusion {
  /** Without the baselines that every search tries. */
  readonly trials: { readonly completed: number; readonly failed: number };
}

/**
 * Runs the trials of a search, then fits, evaluates and publishes the best one. A search that fails or is cancelled keeps
 * the scores of its trials in `trials`; the next search on the same rows reuses them.
 */
export async function searchModel(
  search: TrialSearch,
  prepared: PreparedSearch,
  bracket: FirstTrials,
  enter: (stage: SearchStage) => void,
): Promise<SearchResult> {
  try {
    enter('searching');
    const choice = await chooseAmong(prepared, await search.run(prepared, bracket));
    const cancelled = search.count('cancelled');
    const unscored = [
      ...(cancelled === 0
        ? []
        : [
            `${countText(cancelled, 'trial')} ${cancelled === 1 ? 'was' : 'were'} cancelled before there was a score`,
          ]),
      ...search.unfitBaselines(),
    ];
    const conclusion = await concludeSearch(workflowInfo().workflowId, prepared, choice, unscored, enter);
    return {
      ...conclusion,
      trials: { completed: search.count('completed'), failed: search.count('failed') },
    };
  } catch (error) {
    const state = endStateOf(error);
    await closeEarlierSearch(prepared.runId, error);
    const completed = search.statuses.filter((status) => status.state === 'completed').length;
    setCurrentDetails(
      `${state}: ${completed} of ${search.statuses.length} trials are scored, and their scores are kept in the table trials; the same search, started again, reuses them`,
    );
    throw error;
  }
}

/** Details of a search in the web UI. */
export function searchDetails(progress: SearchProgress): string {
  const { done, total, running, failed, trials } = progress;
  return `searching: ${done} of ${countText(total, 'training')} of ${countText(trials, 'trial')} done, ${running} running, ${failed} failed${leaderText(progress)}`;
}
