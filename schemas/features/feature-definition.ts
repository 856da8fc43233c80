/** As the paper groups them: network (L3), transport (L4) and application, that is segments (L7). */
export const FEATURE_FAMILIES = ['Net', 'Tran', 'App'] as const;
export type FeatureFamily = (typeof FEATURE_FAMILIES)[number];

/** What a feature of a family is made of. */
export const FEATURE_GROUPS = [
  'throughput',
  'flows',
  'packets',
  'inter-arrival',
  'capture',
  'flags',
  'bytes per packet',
  'receive window',
  'bytes in flight',
  'round trip',
  'retransmission',
  'out of order',
  'segments in window',
  'last ten segments',
  'recent segments',
  'all segments so far',
  'segment timing',
  'request classes',
] as const;
export type FeatureGroup = (typeof FEATURE_GROUPS)[number];

/**
 * How sure it is that a column means what the published one of that name means.
 *
 * - `exact`: the definition reproduces the published values (or the column is this project's own).
 * - `certain`: it is what the authors' code or paper says, or the name leaves no choice.
 * - `inferred`: the likeliest reading of the name and of the values that are known.
 */
export type FeatureEvidence = 'exact' | 'certain' | 'inferred';

/**
 * Where a column comes from. `published`: the dataset of Bronzino et al., "Inferring Streaming Video Quality from
 * Encrypted Traffic" (2020), under its name there; `own`: this project.
 */
export type FeatureSource = 'published' | 'own';

/** One column of `feat_windows`. */
export interface FeatureDefinition {
  readonly name: string;
  readonly unit: string;
  readonly family: FeatureFamily;
  readonly group: FeatureGroup;
  readonly definition: string;
  readonly source: FeatureSource;
  readonly evidence: FeatureEvidence;
  /** When the column is null, that is not observable; `never` where 0 stands for nothing. */
  readonly nullWhen: string;
  /** The column that does rightly what this one does as published; absent where the published way is sound. */
  readonly correctTwin?: string;
  /** False: kept for models that were trained on published columns, or a fact about the capture; no default input. */
  readonly isInput: boolean;
}
