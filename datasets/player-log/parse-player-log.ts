import type { PlayerLog } from '../../schemas/player-log.js';
import { parseCsvLog } from './parse-csv-log.js';
import { parseMergedLog } from './parse-merged-log.js';

/**
 * Reads a player's log. Its first character shows the format: a bracketed list, or the header of a CSV.
 * Rows that are not understood are counted.
 * @throws PlayerLogError if most rows are not understood
 */
export function parsePlayerLog(text: string, ladder: readonly number[]): PlayerLog {
  return /^\s*\[/.test(text) ? parseMergedLog(text, ladder) : parseCsvLog(text, ladder);
}
