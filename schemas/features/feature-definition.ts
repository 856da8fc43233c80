/** Net, Tran, App as in the paper: network (L3), transport (L4) and application, that is segments (L7). Media: media segments alone. */
export const FEATURE_FAMILIES = ['Net', 'Tran', 'App', 'Media'] as const;
export type FeatureFamily = (typeof FEATURE_FAMILIES)[number];

/** Groups of features within the families. */
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
  'all segments so far',
  'segment timing',
  'recent media',
  'audio and video',
  'audio clock',
] as const;
export type FeatureGroup = (typeof FEATURE_GROUPS)[number];

/**
 * How certain it is that a column has the same meaning as the published column of that name.
 *
 * - `exact`: the definition reproduces the published values (or the column is this project's own).
 * - `certain`: the authors' code or paper says so, or the name is unambiguous.
 * - `inferred`: the most likely reading of the name and the known values.
 */
export type FeatureEvidence = 'exact' | 'certain' | 'inferred';

/**
 * Source of a column. `published`: the dataset of Bronzino et al., "Inferring Streaming Video Quality from Encrypted
 * Traffic" (2020), with the same name; `own`: this project.
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
  /** When the column is null, that is not observable; `never` if 0 means that there is nothing. */
  readonly nullWhen: string;
  /** The correct version of a column whose published computation is faulty; absent if it is correct. */
  readonly correctTwin?: string;
  /** False: a fact about the capture, or kept only for models that were trained on published columns. */
  readonly isInput: boolean;
}
