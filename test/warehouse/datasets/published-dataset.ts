import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { projectRoot } from '../../../common/project-root.js';

/** Rows of the published dataset by resolution; the others are invalid (0, and heights off the ladder). */
const RUNGS: readonly (readonly [heightPx: number, rows: number])[] = [
  [480, 29_486],
  [720, 9_457],
  [1080, 4_628],
  [360, 4_476],
  [240, 1_701],
  [0, 1_531],
  [396, 1_000],
];
/** 52,279. */
export const PUBLISHED_ROWS = RUNGS.reduce((sum, [, rows]) => sum + rows, 0);
const WINDOWS = 60;

/**
 * Facts about a column. `rounding`: equal to the column without the R, except for rounding. `nearly`: video_position,
 * which is relative_timestamp except in the last row of a session.
 */
type Trait = '' | 'constant' | 'duplicate' | 'rounding' | 'nearly' | 'nulls' | 'nested';

export interface PublishedColumn {
  readonly name: string;
  readonly type: 'bool' | 'float64' | 'int64' | 'object';
  readonly trait: Trait;
}

/** The 251 columns of the published dataset, in its order (test/fixtures/datasets/published-columns.csv). */
export function publishedColumns(): PublishedColumn[] {
  const path = join(projectRoot(), 'test', 'fixtures', 'datasets', 'published-columns.csv');
  const [, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [name, type, trait] = line.split(',') as [string, PublishedColumn['type'], Trait];
    return { name, type, trait };
  });
}

/**
 * A table of the published dataset's shape, as Parquet: its names, types, rows by resolution, and known defects.
 *
 * The published cleaning kept 216 columns, and does not say which. Its data has one column with nulls, one nested, 12
 * constant numbers and a constant boolean, and 24 that end in R and repeat another: 39. The four R columns of the last
 * ten segments are repeated only up to rounding, so that 35 exact ones are left. The constant text `service` is not one
 * of them: a cleaning by the spread of values applies to numbers and booleans only. Pairs that agree in every printed row
 * (video_position and relative_timestamp, the percentiles of up_chunk_iat) must then differ in some row, and do here.
 */
export async function writePublishedDataset(path: string, seed: number): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const bounds = RUNGS.map((_, at) => RUNGS.slice(0, at + 1).reduce((sum, [, rows]) => sum + rows, 0));
    const resolution = `case ${RUNGS.map(([heightPx], at) => `when place <= ${bounds[at]} then ${heightPx}`).join(' ')} end::double`;
    const cells = publishedColumns().map(
      (column) => `${cellOf(column, seed, resolution)} as "${column.name}"`,
    );
    await connection.run(`
      copy (
        with numbered as (
          select i, i // ${WINDOWS} as session, i % ${WINDOWS} as step,
            row_number() over (order by hash(i, ${seed})) as place
          from range(${PUBLISHED_ROWS}) as rows(i)
        )
        select ${cells.join(',\n')} from numbered order by i
      ) to '${path}' (format parquet)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function cellOf({ name, type, trait }: PublishedColumn, seed: number, resolution: string): string {
  const draw = (of: string): string => `(hash(i, ${seed}, '${of}') % 1000000)::double`;
  const original = name.replace(/R$/, '');
  switch (trait) {
    case 'constant':
      return type === 'object'
        ? `'netflix'`
        : type === 'bool'
          ? 'false'
          : type === 'int64'
            ? '0::bigint'
            : '0::double';
    case 'duplicate':
      return `${draw(original)} / 7`;
    case 'rounding':
      return `if(i % 100 = 0, nextafter(${draw(original)} / 7, 'infinity'::double), ${draw(original)} / 7)`;
    case 'nulls':
      // A time since 1970 subtracted from 0, as published: no flow is that old.
      return `if(i % 12 = 0, 'nan'::double, ${draw(name)} - 1548881380103.5)`;
    case 'nested':
      // A session's first window has no segment, and the number 0 instead of the array.
      return `if(step = 0, '0', '[[' || ${draw(name)} || ']]')::varchar`;
    case 'nearly':
      return `if(step = ${WINDOWS - 1}, 10.0 * step + 10.5, 10.0 * step + 10)`;
    case '':
      break;
  }
  switch (name) {
    case 'session_id':
      return `md5(session || '/${seed}')`;
    case 'deployment_session_id':
      return `'netflix_' || session || '_' || i`;
    case 'home_id':
      return `'home' || session // 12`;
    case 'video_id':
      return `(70000000 + session % 97)::varchar`;
    case 'quality':
      return `['bad', 'good', 'unknown'][1 + place % 3]`;
    case 'resolution':
      return resolution;
    case 'relative_timestamp':
      return '10.0 * step + 10';
    case 'absolute_timestamp':
      return '1548881388.366 + 3600.0 * session + 10.0 * step + 10';
  }
  switch (type) {
    case 'bool':
      return `hash(i, ${seed}, '${name}') % 2 = 0`;
    case 'int64':
      return `(hash(i, ${seed}, '${name}') % 1000000)::bigint`;
    case 'float64':
      if (/(Zero|One|Two|X)Retransmit$/.test(name)) return `${draw(name)} / 1000000`;
      return `${draw(name)} / 7`;
    case 'object':
      return `'text ' || place`;
  }
}
