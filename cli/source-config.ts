import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { resolvePath } from '../common/resolve-path.js';
import type { GroupKind } from '../schemas/dataset-adapters.js';
import { runConfigSchema, type RunConfigInput } from '../schemas/run-config.js';
import { serviceOverrides } from './service-overrides.js';

/** Options shared by the commands that train on a source. */
export interface SourceOptions {
  readonly data?: string | undefined;
  readonly dataset?: string | undefined;
  readonly config?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly sessionColumn?: string | undefined;
  readonly timeColumn?: string | undefined;
  readonly groupColumn?: Readonly<Partial<Record<GroupKind, string>>> | undefined;
  readonly excludeColumn?: readonly string[] | undefined;
  readonly maxNullShare?: number | undefined;
  readonly ladder?: readonly number[] | undefined;
  readonly trials?: number | undefined;
  readonly splitBy?: string | undefined;
  readonly forCaptures?: boolean | undefined;
  readonly history?: string | undefined;
  readonly strict?: boolean | undefined;
  readonly seed?: number | undefined;
  readonly timeline?: readonly string[] | undefined;
  readonly anonymise?: boolean | undefined;
  readonly assume?: string | undefined;
  readonly services?: string | undefined;
}

/** The checked configuration that the options describe; null if they name no source. */
export async function givenConfig(options: SourceOptions): Promise<RunConfigInput | null> {
  if (options.config !== undefined)
    return checked(withOverrides(await readJson(options.config), options), options.config);
  if (options.data !== undefined) {
    return checked(
      withOverrides({ source: { kind: 'captures', directory: resolvePath(options.data) } }, options),
      'the options',
    );
  }
  if (options.dataset !== undefined) {
    return checked(
      withOverrides(
        {
          source: {
            kind: 'dataset',
            path: resolvePath(options.dataset),
            forCaptures: options.forCaptures === true,
          },
        },
        options,
      ),
      'the options',
    );
  }
  requireFitting(options, 'captures');
  return null;
}

/** @throws Error if an option was given that is for another kind of source, and would change nothing */
function requireFitting(options: SourceOptions, kind: 'captures' | 'dataset', isForCaptures = false): void {
  const { forCaptures, history, assume, services, anonymise } = options;
  const [ofDataset] = [
    ...Object.keys(datasetColumns(options)).map((key) => `--${key.replace(/Columns?$/, '')}-column`),
    ...(forCaptures === true ? ['--for-captures'] : []),
  ];
  if (ofDataset !== undefined && kind !== 'dataset')
    throw new Error(
      `${ofDataset} is for a labelled dataset: name it with --dataset FILE, or in --config FILE`,
    );
  const [ofCaptures] = [
    // A model that is made for captures keeps what is said of services, for those that it is applied to.
    ...Object.entries({ history, ...(isForCaptures ? {} : { assume, services }) }).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`],
    ),
    ...(anonymise === true ? ['--anonymise'] : []),
  ];
  if (ofCaptures !== undefined && kind === 'dataset')
    throw new Error(
      `${ofCaptures} says how captures are read, and a dataset has its windows already: leave it out, or name captures with --data FOLDER`,
    );
}

/** Keys of a dataset source, from the options that name columns. */
function datasetColumns({
  labelColumn,
  sessionColumn,
  timeColumn,
  groupColumn,
  excludeColumn,
}: SourceOptions): Record<string, unknown> {
  const named = {
    labelColumn,
    sessionColumn,
    timeColumn,
    groupColumns: groupColumn,
    excludeColumns: excludeColumn,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

function withDatasetColumns(source: object, options: SourceOptions): object {
  const { groupColumns, excludeColumns, ...columns } = datasetColumns(options);
  const isDataset = 'kind' in source && source.kind === 'dataset';
  requireFitting(
    options,
    isDataset ? 'dataset' : 'captures',
    'forCaptures' in source && source.forCaptures === true,
  );
  if (!isDataset) return source;
  const before: unknown = 'groupColumns' in source ? source.groupColumns : {};
  const excluded = z
    .array(z.unknown())
    .catch([])
    .parse('excludeColumns' in source ? source.excludeColumns : []);
  return {
    ...source,
    ...columns,
    ...(groupColumns === undefined
      ? {}
      : { groupColumns: { ...(typeof before === 'object' ? before : {}), ...groupColumns } }),
    ...(excludeColumns === undefined
      ? {}
      : {
          excludeColumns: [...excluded, ...(options.excludeColumn ?? [])],
        }),
  };
}

export function withOverrides(config: unknown, options: SourceOptions): unknown {
  if (typeof config !== 'object' || config === null) return config;
  const source: unknown = 'source' in config ? config.source : null;
  const search: unknown = 'search' in config ? config.search : {};
  const service: unknown = 'service' in config ? config.service : {};
  const features: unknown = 'features' in config ? config.features : {};
  const split: unknown = 'split' in config ? config.split : {};
  const cleaning: unknown = 'cleaning' in config ? config.cleaning : {};
  const serviceKeys = serviceOverrides(options);
  return {
    ...config,
    ...(typeof source === 'object' && source !== null ? { source: withDatasetColumns(source, options) } : {}),
    ...(options.ladder === undefined ? {} : { ladder: options.ladder }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.splitBy === undefined
      ? {}
      : { split: { ...(typeof split === 'object' ? split : {}), by: options.splitBy } }),
    ...(options.maxNullShare === undefined
      ? {}
      : {
          cleaning: { ...(typeof cleaning === 'object' ? cleaning : {}), maxNullShare: options.maxNullShare },
        }),
    ...(options.history === undefined
      ? {}
      : { features: { ...(typeof features === 'object' ? features : {}), history: options.history } }),
    ...(options.strict === true ? { strict: true } : {}),
    ...(options.anonymise === true ? { anonymise: true } : {}),
    ...(options.timeline === undefined ? {} : { timeline: { sessions: options.timeline } }),
    ...(Object.keys(serviceKeys).length === 0
      ? {}
      : { service: { ...(typeof service === 'object' ? service : {}), ...serviceKeys } }),
    ...(options.trials === undefined
      ? {}
      : { search: { ...(typeof search === 'object' ? search : {}), trials: options.trials } }),
  };
}

export function checked(config: unknown, origin: string): RunConfigInput {
  const parsed = runConfigSchema.safeParse(config);
  if (!parsed.success)
    throw new Error(`${origin}: the run's configuration cannot be used:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`${path}: no such file`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
