/** Quotes a name for use as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The schema with the tables of one run. */
export function runSchema(runId: string): string {
  return `run ${runId}`;
}

/** Quotes text for use as an SQL literal, where DuckDB allows no parameter. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
