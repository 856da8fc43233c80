/** Families that every search tries, from the simplest on: a model has to beat them. */
export const BASELINE_FAMILIES = ['majority', 'largest-segment', 'decision-tree'] as const;

export type BaselineFamily = (typeof BASELINE_FAMILIES)[number];

/** Whether a family of models is a baseline. */
export function isBaseline(family: string): family is BaselineFamily {
  return (BASELINE_FAMILIES as readonly string[]).includes(family);
}
