import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectRoot } from '../../common/project-root.js';

/** One SELECT of `sql/`, with what its header declares. */
export interface SqlModel {
  /** File name without folder and ending: the table it makes. */
  readonly name: string;
  readonly folder: string;
  /** Tables it reads, as declared by `-- reads:`. */
  readonly reads: readonly string[];
  /** Named parameters, as declared by `-- params:`. */
  readonly params: readonly string[];
  /** Session variables that its `columns(…)` read, each with the query that sets it: `-- variable: name = select …`. */
  readonly variables: readonly { readonly name: string; readonly query: string }[];
  /** `-- temporary`: large, of use to the models that read it alone, and gone when they are built. */
  readonly isTemporary: boolean;
  readonly sql: string;
}

const SQL_ROOT = join(projectRoot(), 'sql');

/**
 * Reads every SQL file of a folder of `sql/`, ordered by name.
 * @throws Error where a `$parameter` is used that the header does not declare, or the other way round.
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
export function parseSqlModel(name: string, folder: string, sql: string): SqlModel {
  const declared = (key: string): string[] =>
    [...sql.matchAll(new RegExp(`^-- ${key}: (.+)$`, 'gm'))].flatMap((match) =>
      (match[1] ?? '').split(',').map((item) => item.trim()),
    );
  const params = declared('params');
  const body = sql.replaceAll(/--.*$/gm, '');
  const used = new Set([...body.matchAll(/\$([a-z_]+)/g)].map((match) => match[1] ?? ''));
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
  const isTemporary = /^-- temporary$/m.test(sql);
  return { name, folder, reads: declared('reads'), params, variables, isTemporary, sql };
}
