import { isBaseline } from '../../schemas/baseline-families.js';

/** On sessions that a run's model was not trained on. */
export interface RunScore {
  readonly sessions: number;
  readonly accuracy: number | null;
  readonly macroF1: number | null;
  /** The simple rule with the highest accuracy. */
  readonly baseline: {
    readonly name: string;
    readonly accuracy: number;
    /** Whether it is the model itself, as no trial was better. */
    readonly isModel: boolean;
  } | null;
}

interface LedBaseline {
  readonly name: string;
  readonly accuracy: number;
  readonly lead?: unknown;
}

interface StoredScore extends Omit<RunScore, 'baseline'> {
  readonly baselines?: readonly LedBaseline[];
  /** Of the model, in runs that applied it. */
  readonly family?: string;
}

/**
 * From the JSON of a ScoreSummary; null if no labelled session was held out.
 * @param trained family of the model that the run trained; null: none
 */
export function runScore(json: string | null, trained: string | null): RunScore | null {
  if (json === null) return null;
  const score = JSON.parse(json) as StoredScore | null;
  if (score === null || !(score.sessions > 0)) return null;
  const { sessions, accuracy, macroF1, baselines = [], family = trained } = score;
  const isModelRule = family !== null && isBaseline(family);
  const [best] = [
    ...(isModelRule && accuracy !== null ? [{ name: family, accuracy, isModel: true }] : []),
    // The same rule as the model, but fitted as a baseline: without smoothing.
    ...baselines
      .filter(({ name, lead }) => lead != null && !(isModelRule && name === family))
      .map((rule) => ({ name: rule.name, accuracy: rule.accuracy, isModel: false })),
  ].sort((one, other) => other.accuracy - one.accuracy);
  return { sessions, accuracy, macroF1, baseline: best ?? null };
}
