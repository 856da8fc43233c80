import { readWarehouse } from '../core/open-warehouse.js';
import type { IdKind } from './id-kinds.js';

const MOST_IDS = 1000;

/** Newest first, except for sessions, whose order is that of their names. */
const IDS: Readonly<Record<IdKind, string>> = {
  runs: 'select run_id as id, -epoch_us(began_at) as place from main.runs',
  models: 'select model_id as id, min(-epoch_us(created_at)) as place from main.models group by all',
  sessions:
    'select distinct session_id as id, 0 as place from (select session_id from main.all_timelines union all select session_id from main.all_sessions) where session_id is not null',
};

/**
 * Ids that begin with this text, at most a thousand; none if there is no warehouse.
 * @throws WarehouseBusyError while a worker is writing it: it is not waited for
 */
export async function knownIds(path: string, kind: IdKind, begin: string): Promise<string[]> {
  const rows = await readWarehouse(path, (warehouse) =>
    warehouse.rows(
      `select id from (${IDS[kind]}) where starts_with(id, $begin) order by place, id limit ${MOST_IDS}`,
      { begin },
    ),
  );
  return (rows ?? []).map((row) => String(row['id']));
}
