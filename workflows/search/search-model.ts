import { CancellationScope, isCancellation, setCurrentDetails } from '@temporalio/workflow';
import type { PreparedSearch } from '../../activities/warehouse/search-records.js';
import type { Bracket } from '../../schemas/search.js';
import { warehouse } from '../activity-options.js';
import { concludeSearch, type SearchConclusion } from './conclude-search.js';
import { leaderText } from './leader-text.js';
import type { SearchProgress, SearchStage } from '../progress.js';
import type { TrialSearch } from './trial-search.js';

/** What a search came to. */
export interface SearchResult extends SearchConclusion {
  readonly trials: { readonly completed: number; readonly failed: number };
}

/**
 * The search and what follows it: trials, the best of them fitted, evaluated, published. A search that is cancelled or
 * fails keeps what its trials came to in `trials`, and the next one on the same rows does not train that again.
 */
export async function searchModel(
  search: TrialSearch,
  prepared: PreparedSearch,
  bracket: Bracket,
  enter: (stage: SearchStage) => void,
): Promise<SearchResult> {
  const { runId } = prepared;
  const count = (state: string): number => search.statuses.filter((status) => status.state === state).length;
  try {
    enter('searching');
    const ranked = await search.run(prepared, bracket);
    const late =
      count('cancelled') === 0 ? [] : [`${count('cancelled')} trials were cancelled before they had a score`];
    const conclusion = await concludeSearch(prepared, ranked, late, enter);
    return { ...conclusion, trials: { completed: count('completed'), failed: count('failed') } };
  } catch (error) {
    const state = isCancellation(error) ? 'cancelled' : 'failed';
    await CancellationScope.nonCancellable(() =>
      warehouse.closeSearch.executeWithOptions({ summary: state }, [{ runId, state }]),
    );
    setCurrentDetails(
      `${state}: ${count('completed')} of ${search.statuses.length} trials are scored and kept in the table trials; the same search again does not train them again`,
    );
    throw error;
  }
}

/** The details that the web UI shows of a search. */
export function searchDetails(progress: SearchProgress): string {
  const { done, total, running, failed, trials } = progress;
  return `searching: ${done} of ${total} trainings of ${trials} trials done, ${running} running, ${failed} failed${leaderText(progress)}`;
}
