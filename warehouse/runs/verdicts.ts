import { UNNAMED_SERVICES } from '../../schemas/services.js';
import { list, VARCHAR } from '../core/duckdb.js';
import { textOf } from '../core/row-values.js';
import type { Warehouse } from '../core/warehouse.js';

/** What the training sessions of the current run name: services, and numbers of sites and videos. */
export interface NamedGroups {
  readonly services: readonly string[];
  readonly sites: number;
  readonly videos: number;
}

/** Of all sessions if the run has no split, as a cross-evaluation. Of a dataset nothing is known: no services, 0 sites and videos. */
export async function namedGroups(warehouse: Warehouse): Promise<NamedGroups> {
  const tables = await warehouse.tables();
  const trained = tables.has('splits')
    ? 'session_group in (select session_group from splits where fold >= 0)'
    : 'true';
  if (!tables.has('sessions')) return { services: [], sites: 0, videos: 0 };
  const [row] = await warehouse.rows(
    `
    select
      list_sort(list(distinct if(provenance = 'assumed', $unnamed, service))) as services,
      count(distinct site)::integer as sites,
      count(distinct video_id)::integer as videos
    from sessions
    where labelled_session is not null and ${trained}`,
    { unnamed: UNNAMED_SERVICES },
  );
  const services = row?.['services'];
  return {
    services: Array.isArray(services) ? services.map(String) : [],
    sites: Number(row?.['sites'] ?? 0),
    videos: Number(row?.['videos'] ?? 0),
  };
}

/** Stores the sentences of the verdict with the run, and its score, a ScoreSummary. */
export async function storeVerdict(
  warehouse: Warehouse,
  runId: string,
  sentences: readonly string[],
  score: unknown,
): Promise<void> {
  await warehouse.run(
    'update main.runs set verdict = $verdict, score = $score::json where run_id = $run_id',
    { verdict: list(sentences, VARCHAR), score: JSON.stringify(score), run_id: runId },
  );
}

/** Whether the captures of a run are simulated. */
export async function isSimulated(warehouse: Warehouse, runId: string): Promise<boolean> {
  const [row] = await warehouse.rows('select simulated from main.runs where run_id = $run_id', {
    run_id: runId,
  });
  return row?.['simulated'] === true;
}

/** The verdict of a run; null if it has none. */
export async function verdictOf(warehouse: Warehouse, runId: string): Promise<readonly string[] | null> {
  const [row] = await warehouse.rows('select verdict from main.runs where run_id = $run_id', {
    run_id: runId,
  });
  const sentences = row?.['verdict'];
  return Array.isArray(sentences) ? sentences.map(String) : null;
}

/** How many windows of the current run are unknown, and why most of them. */
export async function unknownWindows(
  warehouse: Warehouse,
): Promise<{ readonly windows: number; readonly unknown: number; readonly kind: string | null }> {
  const [row] = await warehouse.rows(`
    select count(*)::integer as windows, count_if(predicted_px is null)::integer as unknown, mode(unknown_kind) as kind
    from resolution_timeline`);
  return {
    windows: Number(row?.['windows'] ?? 0),
    unknown: Number(row?.['unknown'] ?? 0),
    kind: textOf(row?.['kind']),
  };
}
