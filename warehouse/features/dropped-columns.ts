import type { DroppedColumns } from '../../schemas/dropped-columns.js';
import type { Warehouse } from '../core/warehouse.js';

/** Most columns of a rule that are named; the table `cleaning_log` names all. */
const MOST_EXAMPLES = 3;

/** The columns that cleaning kept from the inputs of the current run, by rule, the rule with the most first. */
export async function droppedColumns(warehouse: Warehouse): Promise<DroppedColumns[]> {
  const rows = await warehouse.rows(`
    select
      dropped_by,
      count(*)::integer as column_count,
      list(column_name order by column_index)[:${MOST_EXAMPLES}] as names,
      list(reason order by column_index)[:${MOST_EXAMPLES}] as reasons
    from cleaned_columns
    where dropped_by is not null
    group by dropped_by
    order by column_count desc, dropped_by`);
  return rows.map((row) => {
    const [names, reasons] = [row['names'], row['reasons']] as [unknown[], unknown[]];
    return {
      rule: String(row['dropped_by']),
      columns: Number(row['column_count']),
      examples: names.map((name, at) => ({ column: String(name), reason: String(reasons[at]) })),
    };
  });
}
