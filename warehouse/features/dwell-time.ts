import type { Warehouse } from '../core/warehouse.js';

/** Upper bound: training sessions without a switch do not show that later sessions have none. */
const LONGEST_SECONDS = 100;

/**
 * Mean time that a resolution plays before another, from the labels of the training sessions: labelled windows divided by
 * windows that begin with a change or contain one (the maximum-likelihood estimate of a Markov chain's rate, in steps of
 * a window), at most 100 s.
 *
 * @returns seconds
 */
export async function dwellTime(warehouse: Warehouse, windowSeconds: number): Promise<number> {
  const [labels] = await warehouse.rows(`
    select
      count(*) filter (label_state <> 'none')::integer as labelled,
      count(*) filter (since_switch_seconds <= 0)::integer as changed
    from window_labels
    where session_id in (select session_id from dataset_clean join splits using (session_group) where fold >= 0)`);
  const { labelled, changed } = {
    labelled: Number(labels?.['labelled']),
    changed: Number(labels?.['changed']),
  };
  return changed === 0 ? LONGEST_SECONDS : Math.min(LONGEST_SECONDS, (labelled * windowSeconds) / changed);
}
