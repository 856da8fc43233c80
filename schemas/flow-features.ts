import { z } from 'zod';
import { FLOW_FEATURE_KINDS } from './flow-feature-kinds.js';
import {
  anonymiseSchema,
  parallelCapturesSchema,
  segmentConfigSchema,
  joinSchema,
  strictSchema,
} from './run-config.js';

/** The values of `STATS`, in their order; bytes are captured bytes. */
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

/** How flows are split; the defaults are netml's. */
const flowSplitSchema = z.strictObject({
  /** Shorter flows are dropped (netml's `flow_ptks_thres`). */
  minPackets: z.int().min(2).default(2),
  /**
   * Quantile of flow durations at which flows are cut, and of packet counts for the number of columns (`q_interval`).
   */
  quantile: z.number().gt(0).max(1).default(0.9),
  /** A longer silence ends a flow (`tcp_timeout`, `udp_timeout`). */
  timeoutSeconds: z.number().gt(0).default(600),
});

export type FlowSplit = z.infer<typeof flowSplitSchema>;

/** Request of `flowFeatures`. */
export const flowFeaturesConfigSchema = z.strictObject({
  /** A pcap or pcapng file, plain or compressed, or a folder of them; each capture has its own widths and intervals. */
  capture: z.string().min(1),
  kinds: z
    .array(z.enum(FLOW_FEATURE_KINDS))
    .min(1)
    .default([...FLOW_FEATURE_KINDS]),
  split: flowSplitSchema.prefault({}),
  /** Folder for the output files; null: the run's folder. Relative to the worker's working directory. */
  out: z.string().min(1).nullable().default(null),
  /** As in `analyseCapture`: a capture that was decoded with the same settings is not decoded again. */
  segments: segmentConfigSchema.prefault({}),
  strict: strictSchema,
  join: joinSchema,
  anonymise: anonymiseSchema,
  parallelCaptures: parallelCapturesSchema,
});

export type FlowFeaturesConfig = z.infer<typeof flowFeaturesConfigSchema>;
