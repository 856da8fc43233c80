/** Quotes text for use as an SQL literal, where no parameter can stand. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
