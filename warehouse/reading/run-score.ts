/** On sessions that a run's model was not trained on. */
export interface RunScore {
  readonly sessions: number;
  readonly accuracy: number | null;
  readonly macroF1: number | null;
  /** The simple rule with the highest accuracy. */
  readonly baseline: { readonly name: string; readonly accuracy: number } | null;
}

interface LedBaseline {
  readonly name: string;
  readonly accuracy: number;
  readonly lead?: unknown;
}

/** From the JSON of a ScoreSummary; null if no labelled session was held out. */
export function runScore(json: string | null): RunScore | null {
  if (json === null) return null;
  const score = JSON.parse(json) as (RunScore & { readonly baselines?: readonly LedBaseline[] }) | null;
  if (score === null || !(score.sessions > 0)) return null;
  const { sessions, accuracy, macroF1, baselines = [] } = score;
  const [best] = baselines
    .filter(({ lead }) => lead != null)
    .sort((one, other) => other.accuracy - one.accuracy);
  const baseline = best === undefined ? null : { name: best.name, accuracy: best.accuracy };
  return { sessions, accuracy, macroF1, baseline };
}
