import { fill } from '../core/fill.js';
import { identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/**
 * Fills `column_copies`: for every candidate column the first one with the same value in every row that stays, or the
 * column itself. Columns with one signature (`column_profile`) are compared cell by cell, so that a collision of hashes
 * drops no column. A number equals one of another type, NaN equals null.
 */
export async function findCopies(warehouse: Warehouse): Promise<void> {
  const columns = (
    await warehouse.rows(`
      with candidates as (
        select
          *,
          if(
            signature is null,
            column_name,
            first_value(column_name) over (partition by kind, signature order by column_index)
          ) as copy_of
        from column_profile
      )

      select copy.column_name, copy.copy_of, one.data_type as type, copy.data_type as type_of_copy
      from candidates as copy
      join column_profile as one on one.column_name = copy.copy_of
      order by copy.column_index`)
  ).map((row) => {
    const [name, first] = [String(row['column_name']), String(row['copy_of'])];
    return {
      name,
      first,
      isDistinct: `${cell(first, String(row['type']))} is distinct from ${cell(name, String(row['type_of_copy']))}`,
    };
  });
  const different = await differentPairs(
    warehouse,
    columns.filter(({ name, first }) => name !== first),
  );
  await fill(
    warehouse,
    'column_copies',
    columns.map(({ name, first }) => ({ column_name: name, copy_of: different.has(name) ? name : first })),
  );
}

/** Names of columns that differ from their first column in some row, in spite of the same signature. */
async function differentPairs(
  warehouse: Warehouse,
  pairs: readonly { readonly name: string; readonly isDistinct: string }[],
): Promise<ReadonlySet<string>> {
  if (pairs.length === 0) return new Set();
  const counts = pairs.map(({ isDistinct }, at) => `count_if(${isDistinct}) as pair${at}`);
  const [differences] = await warehouse.rows(
    `select ${counts.join(', ')} from dataset_raw
      join (select session_id, window_index from cleaned_rows where dropped_by is null) using (session_id, window_index)`,
    {},
    'compare columns of one signature',
  );
  return new Set(pairs.flatMap(({ name }, at) => (Number(differences?.[`pair${at}`]) > 0 ? [name] : [])));
}

function cell(name: string, type: string): string {
  return type === 'DOUBLE' || type === 'FLOAT' ? `nullif(${identifier(name)}, 'nan')` : identifier(name);
}
