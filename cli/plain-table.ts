import Table from 'cli-table3';

/** A table without colours and without lines between its rows. */
export function plainTable(head: readonly string[] = []): Table.Table {
  return new Table({ head: [...head], style: { head: [], border: [], compact: true } });
}
