import { BASELINE_FAMILIES } from '../../schemas/baseline-families.js';
import type { ConfusionMatrix } from '../evaluation/confusion.js';
import { leadsOver, type Lead } from '../evaluation/lead-over.js';

interface NamedMatrices {
  readonly name: string;
  /** One per session, the same sessions in the same order for all. */
  readonly bySession: readonly ConfusionMatrix[];
}

/**
 * Adds to each baseline the lead of the model over it; null for those that are made from the model itself, such as its
 * prediction for the previous window.
 *
 * @param matrices of the model, which comes first, and of all baselines
 */
export function withLeads<Baseline extends { readonly name: string }>(
  baselines: readonly Baseline[],
  [model, ...others]: readonly NamedMatrices[],
  seed: number,
): (Baseline & { readonly lead: Lead | null })[] {
  const compared = others.filter(({ name }) => (BASELINE_FAMILIES as readonly string[]).includes(name));
  const leads = leadsOver(
    model?.bySession ?? [],
    compared.map(({ bySession }) => bySession),
    seed,
  );
  const byName = new Map(compared.map(({ name }, at) => [name, leads[at]!]));
  return baselines.map((baseline) => ({ ...baseline, lead: byName.get(baseline.name) ?? null }));
}
