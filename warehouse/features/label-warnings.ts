import type { Warehouse } from '../core/warehouse.js';

/** Most sessions that a warning names. */
const MOST_NAMED = 3;
/** Share of the labelled viewer's downstream bytes from which another client counts as a viewer; less is a page with a trailer. */
const LEAST_SHARE = 0.1;

/**
 * Warnings about doubtful labels: one capture under several ids, captures with several viewers, and player logs of which
 * rows were not understood.
 */
export async function labelWarnings(warehouse: Warehouse): Promise<string[]> {
  const repeated = await namesOf(
    warehouse,
    `select string_agg(session_label || coalesce(' (' || resolution_px || 'p)', ''), ', ' order by session_label) as name
      from stg_sources group by capture_id having count(*) > 1 order by name`,
  );
  const shared = await namesOf(
    warehouse,
    `select labelled.labelled_session as name
      from sessions as labelled join sessions as other using (capture_id)
      where labelled.labelled_session is not null and (other.client_address, other.service) <> (labelled.client_address, labelled.service)
        and other.downstream_bytes >= $least_share * labelled.downstream_bytes
      group by labelled.labelled_session order by name`,
    { least_share: LEAST_SHARE },
  );
  const malformed = await namesOf(
    warehouse,
    `select format('{}: {} of {} rows, the first: {}', path, malformed_rows, row_count, first_malformed) as name
      from player_logs where malformed_rows > 0 order by name`,
  );
  return [
    ...(repeated.length === 0
      ? []
      : [
          `captures listed under several sessions count several times, and if their resolutions differ, one is wrong: ${named(repeated, '; ')}`,
        ]),
    ...(shared.length === 0
      ? []
      : [
          `captures with several viewers, of which the one with the most bytes gets the label: ${named(shared, ', ')}`,
        ]),
    ...(malformed.length === 0
      ? []
      : [
          `rows of player logs that are not understood; the resolution counts as unknown there: ${named(malformed, '; ')}`,
        ]),
  ];
}

async function namesOf(
  warehouse: Warehouse,
  sql: string,
  params: Record<string, number> = {},
): Promise<string[]> {
  return (await warehouse.rows(sql, params)).map(({ name }) => String(name));
}

function named(names: readonly string[], separator: string): string {
  return (
    names.slice(0, MOST_NAMED).join(separator) +
    (names.length > MOST_NAMED ? `${separator}… (${names.length} in all)` : '')
  );
}
