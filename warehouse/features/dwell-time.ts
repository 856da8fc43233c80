import type { Warehouse } from '../core/warehouse.js';

/** Longest dwell time that is believed: sessions of constant resolution know of no switch, those to come may. */
const LONGEST_SECONDS = 100;

/**
 * Mean time that a resolution plays before another does, by the labels of the training sessions: their labelled windows over
 * those that a change begins or lies in (the maximum-likelihood estimate of a Markov chain's rate, in steps of a window),
 * at most 100 s.
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
