import { nearestNames } from './nearest-names.js';

/** Most columns that an error lists. */
const MOST_SHOWN = 20;
/** A line of another file that is taken for a header is not quoted: it may be a password. */
const COLUMN_NAME = /^(?=.*\p{L})[\p{L}\p{N}_][\p{L}\p{N}_ .()%/-]{0,63}$/u;

/**
 * The columns of a file, for an error: only if there are several and all of them read like names of columns.
 * @param missing a name that the file lacks: those most like it come first
 */
export function shownColumns(columns: readonly string[], missing: string | null = null): string {
  if (columns.length < 2 || !columns.every((name) => name === '' || COLUMN_NAME.test(name)))
    return `its first line is not a list of column names (${columns.length} ${columns.length === 1 ? 'column' : 'columns'})`;
  const nearest = missing === null ? [] : nearestNames(missing, columns);
  const first = nearest.length === 0 ? '' : `names like it: ${nearest.join(', ')}; `;
  return `${first}it has ${columns.slice(0, MOST_SHOWN).join(', ')}${columns.length > MOST_SHOWN ? `, … (${columns.length} columns)` : ''}`;
}
