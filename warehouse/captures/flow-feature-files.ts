import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { FlowFeatureKind } from '../../schemas/flow-feature-kinds.js';
import { STATS_COLUMNS } from '../../schemas/flow-features.js';
import { identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

const KEY_COLUMNS = [
  'capture_name',
  'flow_index',
  'source_address',
  'destination_address',
  'source_port',
  'destination_port',
  'protocol',
] as const;

/** Column of `flow_features` with a kind. */
export function columnOf(kind: FlowFeatureKind): string {
  return kind.toLowerCase();
}

/**
 * Writes one kind of the current run's `flow_features` to a CSV file as a matrix: the flow's key, then a column for each
 * value (`iat_1`, `iat_2`, …; the twelve names of `STATS`). Rows of captures that are narrower than the widest end in
 * empty cells; flows for which the kind could not be computed are left out.
 */
export async function exportFlowFeatureMatrix(
  warehouse: Warehouse,
  kind: FlowFeatureKind,
  path: string,
): Promise<void> {
  const column = identifier(columnOf(kind));
  const [widest] = await warehouse.rows(
    `select coalesce(max(len(${column})), 0)::integer as width from flow_features`,
  );
  const width = Number(widest?.['width']);
  const names =
    kind === 'STATS'
      ? STATS_COLUMNS
      : Array.from({ length: width }, (_, index) => `${columnOf(kind)}_${index + 1}`);
  // DuckDB's own CSV writer would need an expression for each value: there can be hundreds of thousands.
  const keys = KEY_COLUMNS.map((name) =>
    name === 'capture_name' ? `'"' || replace(${name}, '"', '""') || '"'` : `coalesce(${name}::varchar, '')`,
  );
  const result = await warehouse.connection.stream(
    `select concat_ws(',', ${keys.join(', ')}, array_to_string(${column}, ',')) as line, len(${column})::integer as width
    from flow_features where ${column} is not null`,
  );
  const output = createWriteStream(path);
  output.write(`${[...KEY_COLUMNS, ...names].join(',')}\n`);
  for await (const chunk of result) {
    const [lines, widths] = [0, 1].map((index) => chunk.getColumnVector(index));
    for (let row = 0; row < chunk.rowCount; row++) {
      const missing = ','.repeat(names.length - Number(widths?.getItem(row)));
      if (!output.write(`${String(lines?.getItem(row))}${missing}\n`)) await once(output, 'drain');
    }
  }
  output.end();
  await finished(output);
}
