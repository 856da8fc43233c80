import { FEATURES } from '../features.js';
import { PUBLISHED_ALIASES, PUBLISHED_EXCLUSIONS } from './published-columns.js';

const NAMES: ReadonlySet<string> = new Set(FEATURES.map(({ name }) => name));

/** Names of dataset columns that captures have too: features and their published aliases. */
export const CAPTURE_COLUMNS: readonly string[] = [...NAMES, ...Object.keys(PUBLISHED_ALIASES)];

/** The feature of captures for a dataset's column of this name; null if there is none. */
export function captureFeature(column: string): string | null {
  return NAMES.has(column) ? column : (PUBLISHED_ALIASES[column] ?? null);
}

/** Columns that captures do not have, by reason: `access_avg, access_max (measured by probes in the home)`. */
export function notFromCaptures(columns: readonly string[]): string {
  const byReason = new Map<string, string[]>();
  for (const column of columns) {
    const reason = PUBLISHED_EXCLUSIONS[column] ?? 'no feature of captures has this name';
    byReason.set(reason, [...(byReason.get(reason) ?? []), column]);
  }
  return [...byReason].map(([reason, names]) => `${names.join(', ')} (${reason})`).join('; ');
}
