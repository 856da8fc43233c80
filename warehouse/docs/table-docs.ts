import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PUBLISHED_ALIASES } from '../../schemas/features/published-columns.js';
import { FEATURES } from '../../schemas/features.js';
import { BIGINT, DuckDBInstance, INTEGER, list, VARCHAR, type DuckDBType } from '../core/duckdb.js';
import { makeTable } from '../core/fill.js';
import { identifier, quoteText } from '../core/identifier.js';
import { exactPath } from '../core/read-file.js';
import { orderModels, setParams, statementsOf, type ModelParams } from '../core/run-models.js';
import { readSqlFolder, type SqlModel } from '../core/sql-files.js';
import { makeTables } from '../core/warehouse-format.js';
import { Warehouse } from '../core/warehouse.js';
import { writeFeatureCatalogue } from '../features/feature-catalogue.js';
import { buildInferenceTable } from '../features/inference-set.js';
import { makePublishedWindows } from '../features/published-windows.js';
import { PUBLISHED_TABLES } from '../runs/publish.js';

const RUN = 'docs';

/** Folders of `sql/` in the order of the data flow, with what they are for. */
const FOLDERS: readonly (readonly [folder: string, title: string, text: string])[] = [
  [
    '10_raw',
    'Shared tables',
    'In the schema `main`, for all runs. The tables of captures are keyed by `capture_id`, the others by `run_id`.',
  ],
  [
    'sources',
    'Tables that code fills',
    'In the schema of a run, except `warehouse_format`, which is in `main`.',
  ],
  ['20_staging', 'Services, sessions and windows', 'From the captures of a run.'],
  ['25_service_windows', 'Windows of services', 'Only in runs of `analyse`.'],
  [
    '30_features',
    'Features',
    'From the captures of a run. Temporary tables are dropped when the features are built.',
  ],
  [
    '31_media',
    'Features of media segments',
    'From the captures of a run, and once more from its spliced sessions. All are dropped when `feat_windows` and `spliced_set` are built.',
  ],
  ['35_flow_features', 'Representations of flows', 'Only in runs of `flowFeatures`.'],
  ['40_dataset_captures', 'The dataset of captures', 'Only in runs on captures that learn or apply a model.'],
  ['40_dataset_file', 'The dataset of a file', 'Only in runs on a dataset file.'],
  ['44_profile', 'Profile of the columns', 'In runs that learn.'],
  ['45_cleaning', 'Cleaning', 'In runs that learn.'],
  ['47_splits', 'Splits', 'In runs that learn.'],
  ['48_splices', 'Spliced sessions', 'In runs on captures that learn.'],
  ['49_spliced_set', 'Their training rows', 'In runs on captures that learn.'],
  ['50_marts', 'Results', 'In runs that publish predictions.'],
  [
    '51_sessions',
    'Sessions in short',
    'In runs on captures that publish predictions, and in those of analyse.',
  ],
];

const FILE_FOLDER = '40_dataset_file';
/** Folders without a table that a statement makes of others. */
const SOURCES = ['10_raw', 'sources'];

const INTRODUCTION = `# Tables

This page is written by \`npm run docs:tables\` from the files in \`sql/\` and a build of them without rows.

- Tables are in \`main\` if all runs share them, otherwise in the schema \`"run <run_id>"\`.
- **View in \`main\`**: \`main.<table>\` shows the table of the run that finished last.
- \`_us\`: microseconds, \`start_us\` and other points in time since 1970 (UTC). \`_ms\`: milliseconds. \`_px\`: lines of a
  resolution. \`_bytes\`, \`_seconds\`: as they say. Units of features are in [features.md](features.md).
- A **window** is \`(session_id, window_index)\`. A **side** is a window and a direction. A **session group** is the unit of
  splits: all sessions of one capture, or a session of a dataset file.`;

interface TableDescription {
  readonly name: string;
  readonly description: string;
  readonly reads: readonly string[];
  readonly filledBy: string | null;
  readonly isTemporary: boolean;
  readonly furtherColumns: string | null;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly comment: string | null;
  }[];
}

/** The page `docs/tables.md`: every table and view with grain, inputs and columns, then the checks. */
export async function tableDocs(): Promise<string> {
  const tables = await describeTables();
  const sections = FOLDERS.map(([folder, title, text]) =>
    [`## ${title}`, `\`sql/${folder}\`. ${text}`, ...(tables.get(folder) ?? []).map(tableSection)].join(
      '\n\n',
    ),
  );
  const others = [
    '## Made by code from data',
    'Their columns depend on a model, so that code writes their statements.',
    ...(tables.get('') ?? []).map(tableSection),
  ].join('\n\n');
  return `${[INTRODUCTION, ...sections, others, checks()].join('\n\n')}\n`;
}

function tableSection(table: TableDescription): string {
  const notes = [
    ...(table.isTemporary ? ['temporary'] : []),
    ...((PUBLISHED_TABLES as readonly string[]).includes(table.name) ? ['view in `main`'] : []),
  ];
  const columns = table.columns.map(
    ({ name, type, comment }) => `\`${name}\` ${type}${comment === null ? '' : ` (${escaped(comment)})`}`,
  );
  const origin =
    table.filledBy === null ? `Reads: ${links(table.reads)}.` : `Filled by: \`${table.filledBy}\`.`;
  return [
    `### ${table.name}`,
    `${notes.length === 0 ? '' : `*${notes.join(', ')}* · `}${prose(table.description)}`,
    origin,
    `Columns: ${[...columns, ...(table.furtherColumns === null ? [] : [`and ${table.furtherColumns}`])].join(', ')}.`,
  ].join('\n\n');
}

function links(tables: readonly string[]): string {
  return tables.length === 0 ? 'files' : tables.map((name) => `[${name}](#${name})`).join(', ');
}

/** A header's text as a paragraph; points of a list keep their lines. */
function prose(text: string): string {
  const line = escaped(text.replaceAll(/\n(?!\d\. )\s*/g, ' '));
  return `${line.slice(0, 1).toUpperCase()}${line.slice(1)}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[*<|]/g, (sign) => `\\${sign}`);
}

function checks(): string {
  const lines = readSqlFolder('checks').map(
    ({ name, description, reads }) => `- **${name}**: ${prose(description ?? '')} Reads: ${links(reads)}.`,
  );
  return `## Checks\n\n\`sql/checks\`. A check that finds a row fails the run.\n\n${lines.join('\n')}`;
}

/** Builds every table without rows in memory. @returns by folder; under '' the tables that code makes alone */
async function describeTables(): Promise<ReadonlyMap<string, readonly TableDescription[]>> {
  const instance = await DuckDBInstance.create(':memory:');
  const warehouse = new Warehouse(await instance.connect(), instance);
  const scratch = mkdtempSync(join(tmpdir(), 'vqi-docs-'));
  const tables = new Map<string, TableDescription[]>();
  const describe = async (folder: string, model: SqlModel): Promise<void> => {
    tables.set(folder, [...(tables.get(folder) ?? []), await describeTable(warehouse, model)]);
  };
  try {
    await makeTables(warehouse);
    await warehouse.useRun(RUN);
    for (const model of readSqlFolder('10_raw')) await describe('10_raw', model);
    for (const model of readSqlFolder('sources')) {
      if (model.name === 'feature_catalogue') await writeFeatureCatalogue(warehouse, undefined);
      else if (model.name === 'dataset_file') await makeDatasetFile(warehouse, scratch);
      else if (model.name !== 'warehouse_format') await makeTable(warehouse, model.name);
      await describe('sources', model);
    }
    const params = paramsOf(scratch);
    const folders = FOLDERS.map(([folder]) => folder).filter((folder) => !SOURCES.includes(folder));
    // Both kinds of dataset make tables of the same names.
    for (const part of [folders.filter((folder) => folder !== FILE_FOLDER), [FILE_FOLDER]]) {
      const models = orderModels(part.flatMap(readSqlFolder));
      await setParams(warehouse, models, params);
      for (const model of models) {
        for (const statement of statementsOf(model, params)) await warehouse.run(statement, {}, model.name);
        await describe(model.folder, model);
      }
      if (part.includes(FILE_FOLDER)) continue;
      await makePublishedWindows(warehouse, RUN);
      await buildInferenceTable(warehouse, [], null);
      for (const model of MADE_BY_CODE) await describe('', model);
    }
    return tables;
  } finally {
    warehouse.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

const MADE_BY_CODE: readonly SqlModel[] = [
  {
    name: 'published_windows',
    description:
      'one row per (session_id, window_index): a view of feat_windows with only the published columns; as in the published dataset, values that could not be observed are 0.',
    furtherColumns:
      'the published columns of [features.md](features.md), also under the names by which the dataset repeats them',
    reads: ['feat_windows'],
  },
  {
    name: 'inference_set',
    description:
      'one row per (session_id, window_index) of a run that applies a model, with its inputs. fold -1: the model has not seen the capture; 0: it was trained on it; null: no label, or more than one.',
    furtherColumns: 'the inputs of the model, in its order',
    reads: ['feat_windows', 'window_labels', 'sessions', 'trained_captures'],
  },
].map((made) => ({
  ...made,
  folder: '',
  params: [],
  variables: [],
  isTemporary: false,
  filledBy: null,
  sql: '',
}));

/** Columns that stand for those of a user's file. */
const FILE_COLUMNS = ['viewing', 'label', 'bytes'];

async function makeDatasetFile(warehouse: Warehouse, scratch: string): Promise<void> {
  const path = join(scratch, 'dataset.parquet');
  await warehouse.run(
    `copy (select 'a' as viewing, '480p' as label, 1 as bytes limit 0) to ${quoteText(path)} (format parquet)`,
  );
  await makeTable(warehouse, 'dataset_file', { path: exactPath(path) });
  await warehouse.run(`
    set variable session_column = 'viewing';
    insert into dataset_columns values ('group', 'viewing', 'usual name');
    set variable label_column = 'label';
    set variable time_column = 'file_row'`);
}

/** Parameters of all models; their values do not matter, their types do. */
function paramsOf(scratch: string): ModelParams {
  const path = join(scratch, 'flows.ndjson');
  writeFileSync(path, '');
  return {
    run_id: RUN,
    path,
    capture_ids: list([0n], BIGINT),
    find_service: 'auto',
    min_named_share: 0.5,
    assumed_service: 'video',
    session_gap_seconds: 60,
    window_seconds: 10,
    align: 'session',
    lengths: 'wire',
    media_bytes: 20_000,
    ladder: list([480], INTEGER),
    keep_switches: false,
    label_side_columns: list([], VARCHAR),
    identifying_columns: list([], VARCHAR),
    excluded_columns: list([], VARCHAR),
    for_captures: false,
    capture_columns: list([], VARCHAR),
    max_null_share: 0.5,
    split_by: 'session',
  };
}

function typeText(type: DuckDBType): string {
  return (type.alias ?? type.toString()).toLowerCase();
}

async function describeTable(warehouse: Warehouse, model: SqlModel): Promise<TableDescription> {
  const { name, description, furtherColumns, sql } = model;
  if (description === null) throw new Error(`sql/${model.folder}/${name}.sql: the header has no description`);
  const result = await warehouse.connection.runAndReadAll(`from ${identifier(name)} limit 0`);
  const columns = result.columnNames().map((column, at) => ({
    name: column,
    type: typeText(result.columnType(at)),
    comment: new RegExp(`^ +${column} .*-- (.+)$`, 'm').exec(sql)?.[1] ?? null,
  }));
  const further = new Set([
    ...FEATURES.map((feature) => feature.name),
    ...Object.keys(PUBLISHED_ALIASES),
    ...FILE_COLUMNS,
  ]);
  return {
    ...model,
    description,
    columns: furtherColumns === null ? columns : columns.filter((column) => !further.has(column.name)),
  };
}
