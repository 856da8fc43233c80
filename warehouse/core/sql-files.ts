import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectRoot } from '../../common/project-root.js';

/** A statement of `sql/`, with the declarations of its header. sql/README.md describes the headers. */
export interface SqlModel {
  /** File name without folder and ending: the table that it makes. */
  readonly name: string;
  readonly folder: string;
  /** The header's text, from `one row per …` on; null if the header has none. */
  readonly description: string | null;
  /** `-- reads:`: the tables that it reads. */
  readonly reads: readonly string[];
  /** `-- params:`: its named parameters. */
  readonly params: readonly string[];
  /** `-- variable: name = select …`: session variables that its `columns(…)` read, each with the query that sets it. */
  readonly variables: readonly { readonly name: string; readonly query: string }[];
  /** `-- temporary`: large, only read by models that are built with it, and dropped after them. */
  readonly isTemporary: boolean;
  /** `-- further columns:`: the columns that depend on data or configuration, in words; null if there are none. */
  readonly furtherColumns: string | null;
  /** `-- filled by:`: the file of code that writes its rows; null if its statement does. */
  readonly filledBy: string | null;
  readonly sql: string;
}

const SQL_ROOT = join(projectRoot(), 'sql');

/** Lines of a header that declare something. */
const DECLARATION = /^-- (temporary$|(reads|params|variables?|filled by|further columns): )/;

/**
 * Reads every SQL file of a folder of `sql/`, ordered by name.
 * @throws Error if a statement uses a `$parameter` that its header does not declare, or the other way round.
 */
export function readSqlFolder(folder: string): SqlModel[] {
  return readdirSync(join(SQL_ROOT, folder))
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => readSqlFile(folder, basename(file, '.sql')));
}

/** Reads `sql/<folder>/<name>.sql`. @throws as `readSqlFolder` */
export function readSqlFile(folder: string, name: string): SqlModel {
  return parseSqlModel(name, folder, readFileSync(join(SQL_ROOT, folder, `${name}.sql`), 'utf8'));
}

/** Splits a file into its declared header and its statement. */
function parseSqlModel(name: string, folder: string, sql: string): SqlModel {
  const one = (key: string): string | null => new RegExp(`^-- ${key}: (.+)$`, 'm').exec(sql)?.[1] ?? null;
  const several = (key: string): string[] =>
    one(key)
      ?.split(',')
      .map((item) => item.trim()) ?? [];
  const params = several('params');
  const used = new Set([...withoutComments(sql).matchAll(/\$([a-z_]+)/g)].map((match) => match[1] ?? ''));
  const undeclared = [...used].filter((param) => !params.includes(param));
  const unused = params.filter((param) => !used.has(param));
  if (undeclared.length > 0 || unused.length > 0) {
    throw new Error(
      `sql/${folder}/${name}.sql: its header must declare its parameters: ${[...undeclared, ...unused].join(', ')}`,
    );
  }
  const variables = [...sql.matchAll(/^-- variable: ([a-z_]+) = (.+)$/gm)].map((match) => ({
    name: match[1] ?? '',
    query: match[2] ?? '',
  }));
  return {
    name,
    folder,
    description: descriptionOf(name, sql),
    reads: several('reads'),
    params,
    variables,
    isTemporary: /^-- temporary$/m.test(sql),
    furtherColumns: one('further columns'),
    filledBy: one('filled by'),
    sql,
  };
}

/** A statement without its comments. */
export function withoutComments(sql: string): string {
  return sql.replaceAll(/--.*$/gm, '');
}

/** The text behind `-- name: `, up to the first declaration. */
function descriptionOf(name: string, sql: string): string | null {
  const lines = sql.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('-- ') || DECLARATION.test(line));
  const text = lines
    .slice(0, end)
    .map((line) => line.slice('-- '.length))
    .join('\n');
  const head = `${name}: `;
  return text.startsWith(head) ? text.slice(head.length) : null;
}
