import { z } from 'zod';
import { FEATURE_FAMILIES, FEATURE_GROUPS } from './features/feature-definition.js';

/** Features of captures that a run learns from; all features are computed. */
export const featureSelectionSchema = z.strictObject({
  /**
   * Net: IP headers; Tran: TCP headers; App: all segments; Media: media segments. Default: Media; with groups, all
   * families. Only with Media alone, runs learn from spliced sessions.
   */
  families: z.array(z.enum(FEATURE_FAMILIES)).min(1).optional(),
  /** Only these groups of these families (docs/features.md). Default: all. */
  groups: z.array(z.enum(FEATURE_GROUPS)).min(1).optional(),
  /**
   * `recent`: without the group `all segments so far`. On sessions of constant resolution a model learns to rely on the
   * whole session, and after a switch it still predicts the resolution before it.
   */
  history: z.enum(['session', 'recent']).default('session'),
});

export type FeatureSelection = z.infer<typeof featureSelectionSchema>;
