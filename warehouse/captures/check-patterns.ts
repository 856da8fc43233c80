import { DuckDBInstance } from '../core/duckdb.js';
import { quoteText } from '../core/identifier.js';

/** The first pattern that DuckDB's regular expressions (RE2) refuse, and why; null if there is none. */
export async function firstBadPattern(
  patterns: readonly string[],
): Promise<{ pattern: string; reason: string } | null> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const pattern of patterns) {
      try {
        await connection.run(`select regexp_matches('', ${quoteText(pattern)})`);
      } catch (error) {
        return { pattern, reason: error instanceof Error ? error.message : String(error) };
      }
    }
    return null;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
