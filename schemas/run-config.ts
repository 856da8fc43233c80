import { z } from 'zod';
import { DATASET_ADAPTERS, GROUP_KINDS } from './dataset-adapters.js';
import { featureSelectionSchema } from './feature-selection.js';
import { searchConfigSchema } from './search.js';

/** Resolutions (height in pixels) of a ladder that is not configured. */
export const KNOWN_HEIGHTS_PX = [144, 240, 360, 480, 720, 1080, 1440, 2160] as const;
/** The rungs of the published Netflix dataset; other resolutions in it are invalid. */
export const DATASET_LADDER_PX = [240, 360, 480, 720, 1080] as const;

/** Any number of lines up to 16K: services have rungs of their own, such as 396 or 540. */
const heightPx = z.int().min(1).max(8640);

const labelledFolder = {
  /** Folder with the captures and the sessions file, relative to the worker's working directory. */
  directory: z.string().min(1),
  /** CSV with the columns session_id, capture, resolution or player_log, and optionally site, video_id, home_id. */
  sessionsFile: z.string().min(1).default('sessions.csv'),
};

const capturesSourceSchema = z.strictObject({
  kind: z.literal('captures'),
  ...labelledFolder,
  /** True: the captures are simulated, and every result says so. Always true for a folder with a simulation.json. */
  simulated: z.boolean().default(false),
  /** The same for captures that were spliced from others, and splicing.json. */
  spliced: z.boolean().default(false),
});

const datasetSettings = {
  /**
   * A pickled pandas DataFrame, CSV, Parquet, Arrow IPC or JSON lines, plain or as gzip, xz, bzip2 or zstd, one row per
   * session and window.
   */
  path: z.string().min(1),
  /**
   * A known dataset (`schemas/dataset-adapters.ts`), which gives the column names; `auto`: recognised by its columns.
   */
  adapter: z.enum(['auto', ...DATASET_ADAPTERS.map(({ name }) => name)]).default('auto'),
  /** This name and the next ones override the adapter's. Default without an adapter: `session_id`. */
  sessionColumn: z.string().min(1).optional(),
  /** Default without an adapter: `resolution`. */
  labelColumn: z.string().min(1).optional(),
  /** Orders the rows of a session; without it, the order of the file is used. */
  timeColumn: z.string().min(1).optional(),
  /** Columns of the groups that `split.by` may keep together. `date`: a timestamp, a date, or a time since 1970. */
  groupColumns: z
    .strictObject({
      video: z.string().min(1).optional(),
      site: z.string().min(1).optional(),
      home: z.string().min(1).optional(),
      date: z.string().min(1).optional(),
    })
    .prefault({}),
  /** Columns excluded from the inputs in addition to those of `schemas/label-side-columns.ts`. */
  excludeColumns: z.array(z.string().min(1)).max(1000).default([]),
  /** True: only columns that captures have too become inputs, so that the model can be applied to captures. */
  forCaptures: z.boolean().default(false),
};

const datasetSourceSchema = z.strictObject({ kind: z.literal('dataset'), ...datasetSettings });

const windowConfigSchema = z.strictObject({
  seconds: z.int().min(1).max(3600).default(10),
  /** `session`: from the session's first request. `epoch`: multiples of the length since 1970 (as in the course). */
  align: z.enum(['session', 'epoch']).default('session'),
  /** `wire`: lengths as sent. `captured`: captured bytes (as in the course; too low if packets were truncated). */
  lengths: z.enum(['wire', 'captured']).default('wire'),
});

export const segmentConfigSchema = z.strictObject({
  /** A TCP upstream packet with more payload than this opens a segment. */
  tcpRequestBytes: z.int().min(0).max(65_535).default(0),
  /** The same for UDP, where acknowledgements carry payload too. */
  udpRequestBytes: z.int().min(0).max(65_535).default(150),
});

const serviceConfigSchema = z.strictObject({
  /**
   * `named`: flows whose ClientHello names the service, or whose server belongs to it by a DNS answer or an address
   * prefix. `dns`: by DNS answers only. `assume`: all flows to port 443. `auto`: `named` in captures in which the
   * main server of such flows has at least `minNamedShare` of the weight of itself and the main server of the other
   * flows to port 443 (`sql/20_staging/service_flows.sql`), else `assume`, with a warning.
   */
  find: z.enum(['auto', 'named', 'dns', 'assume']).default('auto'),
  minNamedShare: z.number().min(0).max(1).default(0.5),
  /** Service name of flows that are assumed to belong to the service. */
  assumedName: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('assumed-443'),
  /** A JSON file of rules that extends `services/default.json`, relative to the worker's working directory. */
  rules: z.string().min(1).nullable().default(null),
});

/**
 * True: client addresses are replaced by keyed, prefix-preserving pseudonyms; the worker has the key
 * (VQI_ANONYMISE_KEY).
 */
export const anonymiseSchema = z.boolean().default(false);

/** True: a capture that cannot be read is an error. Otherwise it is left out, with a warning. */
export const strictSchema = z.boolean().default(false);

/**
 * Files without labels that are one capture: those that are numbered as dumpcap, Wireshark, editcap and tcpdump do it; all of a
 * folder; or none.
 */
export const joinSchema = z.enum(['numbered', 'all', 'none']).default('numbered');

export type JoinedFiles = z.infer<typeof joinSchema>;

/** Captures that are decoded at the same time. */
export const parallelCapturesSchema = z.int().min(1).max(64).default(4);

const cleaningSchema = z
  .strictObject({
    /**
     * Columns with a larger share of nulls are dropped. Default: 0 for datasets (as in the course), 0.5 for captures.
     */
    maxNullShare: z.number().min(0).max(1).optional(),
    /** True: also learn from windows in which the resolution changes, labelled with the resolution shown longest. */
    keepSwitchWindows: z.boolean().default(false),
  })
  .prefault({});

/** One of `of` equal parts of all groups, numbered from 1. */
const heldOutPartSchema = z
  .strictObject({ number: z.int().min(1), of: z.int().min(2).max(100) })
  .refine(({ number, of }) => number <= of, { error: 'number must not be greater than of' });

export type HeldOutPart = z.infer<typeof heldOutPartSchema>;

const splitSchema = z
  .strictObject({
    /**
     * Groups that stay whole in every split. A session always stays whole; `video`, … also keep its sessions together.
     */
    by: z.enum(['session', ...GROUP_KINDS]).default('session'),
    /**
     * Groups that the folds of the search keep whole, beside those of `by`: trials are ranked on groups that their fit has
     * not seen. `auto`: those of `by` if it is not `session`; else the first of site, video and home that makes folds to
     * learn from (`learning/search/fold-groups.ts`); else sessions. The table `fold_groups` and the result say which.
     */
    foldsBy: z.enum(['auto', 'session', ...GROUP_KINDS]).default('auto'),
    /** Held out instead of `holdoutShare`; the model of such a run does not become the current one. */
    part: heldOutPartSchema.nullable().default(null),
  })
  .prefault({});

const holdoutShareSchema = z.number().gt(0).lt(0.9).default(0.25);
const seedSchema = z.int().min(0).max(0x7fff_ffff).default(1);

/** Configuration of a run. Everything except the source has a default. */
export const runConfigSchema = z.strictObject({
  source: z.discriminatedUnion('kind', [capturesSourceSchema, datasetSourceSchema]),
  /**
   * Resolutions to predict, ascending. Default: all known ones for captures, whose labels must all be on the ladder;
   * 240 to 1080 for datasets, where cleaning drops the rows off the ladder.
   */
  ladder: z.array(heightPx).min(2).optional(),
  windows: windowConfigSchema.prefault({}),
  segments: segmentConfigSchema.prefault({}),
  service: serviceConfigSchema.prefault({}),
  /** A session ends after this long without a segment. */
  sessionGapSeconds: z.int().min(1).max(86_400).default(60),
  anonymise: anonymiseSchema,
  /** Features that a run on captures learns from. */
  features: featureSelectionSchema.prefault({}),
  cleaning: cleaningSchema,
  split: splitSchema,
  /** Share of the rows that no trial sees, in whole groups. */
  holdoutShare: holdoutShareSchema,
  /**
   * Sessions that switch, for each training session of captures, spliced from training sessions of constant resolution
   * (`spliced_set`). The model learns from them too.
   */
  splicedShare: z.number().min(0).max(4).default(1),
  /**
   * True: a column that almost determines the label is an error, not a warning, and so is a capture that cannot be read,
   * which is left out otherwise.
   */
  strict: z.boolean().default(false),
  search: searchConfigSchema.prefault({}),
  timeline: z
    .strictObject({
      /** Sessions to draw; empty: the median of the held-out sessions by right windows, the best and the worst. */
      sessions: z.array(z.string().min(1)).max(100).default([]),
    })
    .prefault({}),
  parallelCaptures: parallelCapturesSchema,
  seed: seedSchema,
});

/** Request of `crossEvaluate`: one run for each part of the sessions, which is held out from that run. */
export const crossEvaluateConfigSchema = runConfigSchema.extend({
  /** Parts that are held out in turn. */
  parts: z.int().min(2).max(100).default(5),
});

export type CrossEvaluateConfigInput = z.input<typeof crossEvaluateConfigSchema>;

/** How the captures of a run become windows: a model is applied to captures that are read in the same way. */
export const captureReadingSchema = runConfigSchema.pick({
  windows: true,
  segments: true,
  service: true,
  sessionGapSeconds: true,
});

export type CaptureReading = z.infer<typeof captureReadingSchema>;

export type RunConfigInput = z.input<typeof runConfigSchema>;
export type RunConfig = z.infer<typeof runConfigSchema>;

/** Request of `analyseCapture`: captures without labels. */
export const analyseCaptureConfigSchema = z.strictObject({
  /** A pcap or pcapng file, plain or compressed, or a folder of them. */
  capture: z.string().min(1),
  windows: windowConfigSchema.prefault({}),
  segments: segmentConfigSchema.prefault({}),
  service: serviceConfigSchema.prefault({ find: 'named' }),
  sessionGapSeconds: z.int().min(1).max(86_400).default(60),
  strict: strictSchema,
  join: joinSchema,
  anonymise: anonymiseSchema,
  parallelCaptures: parallelCapturesSchema,
});

/** Request of `ingestDataset`: a labelled dataset to clean and split, without a search. */
export const ingestDatasetConfigSchema = z.strictObject({
  ...datasetSettings,
  /** Resolutions to predict, ascending; rows off the ladder are dropped. Default: 240 to 1080. */
  ladder: z.array(heightPx).min(2).optional(),
  cleaning: cleaningSchema,
  split: splitSchema,
  holdoutShare: holdoutShareSchema,
  folds: searchConfigSchema.shape.folds,
  seed: seedSchema,
});

export type IngestDatasetInput = z.input<typeof ingestDatasetConfigSchema>;

export type AnalyseCaptureConfig = z.infer<typeof analyseCaptureConfigSchema>;

/** The ladder of a configuration, ascending. */
export function ladderOf(config: RunConfig): number[] {
  const ladder = config.ladder ?? (config.source.kind === 'dataset' ? DATASET_LADDER_PX : KNOWN_HEIGHTS_PX);
  return [...ladder].sort((a, b) => a - b);
}

const askedModel = {
  /** Id of a model, as in the table `models`; null: the current one. */
  model: z.string().min(1).nullable().default(null),
  /** Default: as in the run that the model comes from. */
  service: serviceConfigSchema.optional(),
  strict: strictSchema,
  anonymise: anonymiseSchema,
  parallelCaptures: parallelCapturesSchema,
};

/** Request of `inferSession`: captures without labels, and a model. */
export const inferSessionConfigSchema = z.strictObject({
  /** A pcap or pcapng file, plain or compressed, or a folder of them. */
  capture: z.string().min(1),
  join: joinSchema,
  ...askedModel,
});

export type InferSessionConfig = z.infer<typeof inferSessionConfigSchema>;
export type InferSessionConfigInput = z.input<typeof inferSessionConfigSchema>;

/** Request of `evaluateModel`: labelled captures, and a model that was not trained on them. */
export const evaluateModelConfigSchema = z.strictObject({
  ...labelledFolder,
  ...askedModel,
  /** Seed of the intervals. */
  seed: seedSchema,
});

export type EvaluateModelConfig = z.infer<typeof evaluateModelConfigSchema>;
export type EvaluateModelConfigInput = z.input<typeof evaluateModelConfigSchema>;
