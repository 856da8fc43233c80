import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import { planning } from '../activity-options.js';
import { addTrialsUpdate, retryTrialsUpdate, trialsQuery } from '../progress.js';
import type { TrialSearch } from './trial-search.js';

/** Handles the query `trials` and the updates `retryTrials` and `addTrials` of a workflow with a search. */
export function handleSearchMessages(search: TrialSearch): void {
  setHandler(trialsQuery, () => search.statuses, {
    description: 'every trial: state, attempts, budget, macro-F1, and why it failed',
  });
  setHandler(
    retryTrialsUpdate,
    ({ trials }) => {
      search.retry(trials);
      return { queued: trials };
    },
    {
      description: 'runs failed trials again, by number: {"trials": [3]}',
      validator: (request: { trials?: unknown } | undefined) => {
        const trials = request?.trials;
        refuse(
          isNumberList(trials) ? search.refuseRetry(trials) : 'the input must be {"trials": [3]}',
          'RetryRefused',
        );
      },
    },
  );
  setHandler(
    addTrialsUpdate,
    async (request) => {
      const added = await search.add((first, { config }) =>
        planning.planMoreTrials.executeWithOptions({ summary: 'draw more trials' }, [
          { search: config.search, seed: config.seed, request, first },
        ]),
      );
      return { added };
    },
    {
      description:
        'adds trials to a search that is open: {"trials": 10}, or {"settings": [{"family": "extra-trees"}]}',
      validator: (request: unknown) =>
        refuse(
          request === undefined ? 'the input must be {"trials": 10}' : search.refuseChange(),
          'SearchRefused',
        ),
    },
  );
}

function refuse(refusal: string | null, type: string): void {
  if (refusal !== null) throw ApplicationFailure.nonRetryable(refusal, type);
}

function isNumberList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}
