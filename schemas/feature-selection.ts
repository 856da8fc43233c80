import { z } from 'zod';
import { FEATURE_FAMILIES, FEATURE_GROUPS } from './features/feature-definition.js';

/** Which features of captures a run learns from; all are computed. */
export const featureSelectionSchema = z.strictObject({
  /** Net: IP headers; Tran: TCP headers; App: media segments. */
  families: z
    .array(z.enum(FEATURE_FAMILIES))
    .min(1)
    .default([...FEATURE_FAMILIES]),
  /** Of these families, only these groups (docs/features.md). Default: all. */
  groups: z.array(z.enum(FEATURE_GROUPS)).min(1).optional(),
  /**
   * `recent`: without the group `all segments so far`. On sessions of constant resolution a model learns to trust the whole
   * session, and goes on answering what played before a switch.
   */
  history: z.enum(['session', 'recent']).default('session'),
});

export type FeatureSelection = z.infer<typeof featureSelectionSchema>;
