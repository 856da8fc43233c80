import { countText } from '../../common/count-text.js';
import { rangeOf } from '../../schemas/value-ranges.js';
import { makeTable } from '../core/fill.js';
import { identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/**
 * Fills `impossible_values`: one row per column of numbers in dataset_raw and rule that some of its values break (below or
 * above the range of `schemas/value-ranges.ts`, or infinite), with the number of rows and the extremes. Nothing is removed.
 */
export async function findImpossibleValues(warehouse: Warehouse): Promise<void> {
  await makeTable(warehouse, 'impossible_values');
  const columns = (
    await warehouse.rows(
      "select column_name from candidate_columns where kind = 'number' and data_type <> 'BOOLEAN' order by column_index",
    )
  ).map((row) => String(row['column_name']));
  const rules = columns.flatMap((name) => {
    const value = identifier(name);
    const range = rangeOf(name);
    const isInfinite = `isinf(${value}::double)`;
    return [
      ...(range === null || !Number.isFinite(range.minimum)
        ? []
        : [
            {
              name,
              rule: `below ${range.minimum}`,
              holds: `${value} < ${range.minimum} and not ${isInfinite}`,
            },
          ]),
      ...(range === null || !Number.isFinite(range.maximum)
        ? []
        : [
            {
              name,
              rule: `above ${range.maximum}`,
              holds: `${value} > ${range.maximum} and not ${isInfinite} and not isnan(${value}::double)`,
            },
          ]),
      { name, rule: 'infinite', holds: isInfinite },
    ];
  });
  if (rules.length === 0) return;
  const counts = rules.map(({ holds }, at) => `count_if(${holds})::integer as rule${at}`);
  const [found] = await warehouse.rows(
    `select ${counts.join(', ')} from dataset_raw`,
    {},
    'impossible values',
  );
  for (const [at, { name, rule, holds }] of rules.entries()) {
    if (Number(found?.[`rule${at}`]) === 0) continue;
    const value = `${identifier(name)}::double`;
    await warehouse.run(
      `insert into impossible_values
        select $name, $rule, count(*), count(distinct session_id), min(${value}), max(${value})
        from dataset_raw where ${holds}`,
      { name, rule },
    );
  }
}

/** A warning for each row of `impossible_values`, the most affected rows first. */
export async function impossibleWarnings(warehouse: Warehouse): Promise<string[]> {
  const rows = await warehouse.rows('from impossible_values order by affected_rows desc, column_name, rule');
  return rows.map(
    (row) =>
      `column ${String(row['column_name'])} has ${countText(Number(row['affected_rows']), 'impossible value')} in ${countText(Number(row['affected_sessions']), 'session')} (${String(row['rule'])}, from ${String(row['lowest'])} to ${String(row['highest'])})`,
  );
}
