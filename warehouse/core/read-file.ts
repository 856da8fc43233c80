import { quoteText } from './identifier.js';

/**
 * A path as DuckDB's readers take it, so that it stands for this file alone: they take `*`, `?` and `[` for a pattern, and
 * read `d1.csv` for `d[1].csv`. They do not find a path that has a backslash too.
 */
export function exactPath(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}

type Options = Readonly<Record<string, string | number | boolean>>;

/** SQL that reads files with a table function of DuckDB. A folder named `a=1` gives no column `a`. */
function reader(name: string, paths: string | readonly string[], options: Options): string {
  const files =
    typeof paths === 'string'
      ? quoteText(exactPath(paths))
      : `[${paths.map((path) => quoteText(exactPath(path))).join(', ')}]`;
  const given = Object.entries({ hive_partitioning: false, ...options }).map(
    ([key, value]) => `${key} = ${typeof value === 'string' ? quoteText(value) : String(value)}`,
  );
  return `${name}(${[files, ...given].join(', ')})`;
}

export const readParquet = (paths: string | readonly string[]): string => reader('read_parquet', paths, {});

/** The content is not compressed, whatever the name says. */
export const readCsv = (path: string, options: Options): string =>
  reader('read_csv', path, { compression: 'uncompressed', ...options });

/** @param columns types by name; without it, DuckDB finds them. The content is not compressed, whatever the name says. */
export function readJson(path: string, options: Options, columns?: Readonly<Record<string, string>>): string {
  const sql = reader('read_json', path, { compression: 'uncompressed', ...options });
  if (columns === undefined) return sql;
  const types = Object.entries(columns).map(([name, type]) => `${quoteText(name)}: ${quoteText(type)}`);
  return `${sql.slice(0, -1)}, columns = {${types.join(', ')}})`;
}
