import type { PlayerLog } from '../../schemas/player-log.js';
import { parseCsvLog } from './parse-csv-log.js';
import { parseMergedLog } from './parse-merged-log.js';

/**
 * Reads a player's log. Its first character shows the format: a bracketed list, or the header of a CSV.
 * @throws PlayerLogError with the row
 */
export function parsePlayerLog(text: string, ladder: readonly number[]): PlayerLog {
  return /^\s*\[/.test(text) ? parseMergedLog(text, ladder) : parseCsvLog(text, ladder);
}
