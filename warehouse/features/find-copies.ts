import type { Warehouse } from '../core/warehouse.js';
import { identifier } from '../core/identifier.js';

/**
 * Writes `column_copies`: for every candidate column the first one with the same value in every row that stays, itself
 * where it is the first. Columns with one signature (`column_profile`) are compared cell by cell, so that a collision of
 * hashes drops nothing. A number equals one of another type, NaN equals null.
 */
export async function findCopies(warehouse: Warehouse): Promise<void> {
  await warehouse.run(`
    create or replace table column_copies as
    select
      column_name,
      if(
        signature is null,
        column_name,
        first_value(column_name) over (partition by kind, signature order by column_index)
      ) as copy_of
    from column_profile
    order by column_index`);
  const pairs = (
    await warehouse.rows(`
      select copy.column_name, copy.copy_of, one.data_type as type, other.data_type as type_of_copy
      from column_copies as copy
      join column_profile as one on one.column_name = copy.copy_of
      join column_profile as other on other.column_name = copy.column_name
      where copy.column_name <> copy.copy_of`)
  ).map((row) => ({
    name: String(row['column_name']),
    first: cell(String(row['copy_of']), String(row['type'])),
    copy: cell(String(row['column_name']), String(row['type_of_copy'])),
  }));
  if (pairs.length === 0) return;
  const counts = pairs.map(
    ({ first, copy }, at) => `count_if(${first} is distinct from ${copy}) as pair${at}`,
  );
  const [differences] = await warehouse.rows(
    `select ${counts.join(', ')} from dataset_raw
      join (select session_id, window_index from cleaned_rows where dropped_by is null) using (session_id, window_index)`,
    {},
    'compare columns of one signature',
  );
  for (const [at, { name }] of pairs.entries()) {
    if (Number(differences?.[`pair${at}`]) > 0)
      await warehouse.run('update column_copies set copy_of = column_name where column_name = $name', {
        name,
      });
  }
}

function cell(name: string, type: string): string {
  return type === 'DOUBLE' || type === 'FLOAT' ? `nullif(${identifier(name)}, 'nan')` : identifier(name);
}
