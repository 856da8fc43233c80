import { z } from 'zod';
import { FLOW_FEATURE_KINDS } from './flow-feature-kinds.js';
import { anonymiseSchema, parallelCapturesSchema, segmentConfigSchema } from './run-config.js';

/** The values of `STATS`, in their order; of captured lengths. */
export const STATS_COLUMNS = [
  'duration_seconds',
  'packets_per_second',
  'bytes_per_second',
  'mean_bytes',
  'std_bytes',
  'q1_bytes',
  'median_bytes',
  'q3_bytes',
  'min_bytes',
  'max_bytes',
  'packets',
  'bytes',
] as const;

/** How flows are cut; the defaults are netml's. */
export const flowSplitSchema = z.strictObject({
  /** Shorter flows are dropped (netml's `flow_ptks_thres`). */
  minPackets: z.int().min(2).default(2),
  /** Quantile of flow durations at which flows are cut, and of packet counts that makes the width (`q_interval`). */
  quantile: z.number().gt(0).max(1).default(0.9),
  /** A longer silence ends a flow (`tcp_timeout`, `udp_timeout`). */
  timeoutSeconds: z.number().gt(0).default(600),
});

export type FlowSplit = z.infer<typeof flowSplitSchema>;

/** What `flowFeatures` is asked. */
export const flowFeaturesConfigSchema = z.strictObject({
  /** A pcap or pcapng file, gzip or plain, or a folder of them; each capture has widths and intervals of its own. */
  capture: z.string().min(1),
  kinds: z
    .array(z.enum(FLOW_FEATURE_KINDS))
    .min(1)
    .default([...FLOW_FEATURE_KINDS]),
  split: flowSplitSchema.prefault({}),
  /** Folder to write the files to; null: the run's. Relative to where the worker was started. */
  out: z.string().min(1).nullable().default(null),
  /** As in `analyseCapture`: a capture that was read with the same settings is not read again. */
  segments: segmentConfigSchema.prefault({}),
  anonymise: anonymiseSchema,
  parallelCaptures: parallelCapturesSchema,
});

export type FlowFeaturesConfig = z.infer<typeof flowFeaturesConfigSchema>;
