import type { TrialSetting } from '../../schemas/search.js';
import {
  UNKNOWN_KINDS,
  type RungProbability,
  type Unknown,
  type WindowPrediction,
} from '../../schemas/window-prediction.js';
import { LIKELIEST_PX } from '../core/likeliest-px.js';
import { numberOf, textOf } from '../core/row-values.js';
import type { SqlRow, Warehouse } from '../core/warehouse.js';
import { type ShownSession, shownSessions } from './shown-sessions.js';

/** A row of `trials`, with the values that a report shows. */
export interface TrialReportRow {
  readonly trial: number;
  readonly setting: TrialSetting;
  readonly state: string;
  readonly reason: string | null;
  /** Part of its trees, rounds or rows that the trial had. */
  readonly budgetShare: number;
  /** 95 % interval of the macro-F1. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly macroF1ByFold: readonly number[];
  readonly mean: { readonly macroF1: number; readonly accuracy: number; readonly logLoss: number } | null;
}

/** The trials of a run, by number. */
export async function trialRows(warehouse: Warehouse, runId: string): Promise<TrialReportRow[]> {
  const rows = await warehouse.rows('select * from main.trials where run_id = $run_id order by trial', {
    run_id: runId,
  });
  return rows.map((row) => {
    const setting = JSON.parse(String(row['setting'])) as TrialSetting;
    const byFold = row['macro_f1_by_fold'];
    return {
      trial: Number(row['trial']),
      setting,
      state: String(row['state']),
      reason: textOf(row['reason']),
      budgetShare: Number(row['budget_share']),
      interval:
        row['macro_f1_low'] === null || row['macro_f1_high'] === null
          ? null
          : { low: Number(row['macro_f1_low']), high: Number(row['macro_f1_high']) },
      macroF1ByFold: Array.isArray(byFold) ? byFold.map(Number) : [],
      mean:
        row['macro_f1'] === null
          ? null
          : {
              macroF1: Number(row['macro_f1']),
              accuracy: Number(row['accuracy']),
              logLoss: Number(row['log_loss']),
            },
    };
  });
}

/** The cleaning log of the current run, with one entry for each rule and reason. */
export async function cleaningRows(
  warehouse: Warehouse,
): Promise<{ scope: string; rule: string; reason: string; names: string; affected: number }[]> {
  const rows = await warehouse.rows(`
    select scope, rule, reason, count(*)::integer as entries,
      if(scope = 'column', string_agg(name, ', ' order by name), '') as names
    from cleaning_log
    group by scope, rule, reason
    order by scope desc, rule, reason`);
  return rows.map((row) => ({
    scope: String(row['scope']),
    rule: String(row['rule']),
    reason: String(row['reason']),
    names: String(row['names']),
    affected: Number(row['entries']),
  }));
}

export interface SessionTimeline extends ShownSession {
  /** `held out`, `training` or `none`. */
  readonly split: string;
  readonly rows: readonly WindowPrediction[];
  /** Time of the session's start, microseconds since 1970; null if the source has no times of day. */
  readonly startUs: number | null;
  /** Media segments by the time when they were complete; empty if the run has no captures, as `throughput`. */
  readonly segments: readonly {
    readonly seconds: number;
    readonly bytes: number;
    readonly kind: 'audio' | 'video' | null;
  }[];
  /** Downstream of the session's flows with media, by window. */
  readonly throughput: readonly { readonly startSeconds: number; readonly kbps: number }[];
}

/** Timelines of the named sessions; if none is named, those of a middling held-out session, the best and the worst. */
export async function timelineRows(
  warehouse: Warehouse,
  sessions: readonly string[],
  windowSeconds: number,
): Promise<SessionTimeline[]> {
  const named = sessions.map((sessionId) => ({ sessionId, place: null }));
  const chosen = named.length > 0 ? named : await shownSessions(warehouse);
  const own = await warehouse.tables();
  const timelines: SessionTimeline[] = [];
  for (const { sessionId, place } of chosen) {
    const rows = await warehouse.rows(
      `select *, map_entries(probabilities) as entries from resolution_timeline where session_id = $session_id order by window_index`,
      { session_id: sessionId },
    );
    const zero = rows.find((row) => row['start_us'] !== null);
    const startUs =
      zero === undefined ? null : Number(zero['start_us']) - 1e6 * Number(zero['elapsed_seconds']);
    timelines.push({
      startUs,
      segments:
        startUs !== null && own.has('media_segments') ? await segmentsOf(warehouse, sessionId, startUs) : [],
      throughput: own.has('feat_windows') ? await throughputOf(warehouse, sessionId, windowSeconds) : [],
      sessionId,
      place,
      split: String((rows.find((row) => row['split'] !== 'none') ?? rows[0])?.['split']),
      rows: rows.map((row) => ({
        startSeconds: Number(row['elapsed_seconds']),
        endSeconds: (Number(row['window_index']) + 1) * windowSeconds,
        predictedPx: numberOf(row['predicted_px']),
        confidence: numberOf(row['confidence']),
        probabilities: entriesOf(row['entries']),
        truePx: numberOf(row['true_px']),
        unknown: unknownOf(row),
      })),
    });
  }
  return timelines;
}

/** The traffic of the sessions with the most media, for a run that applies no model; and how many have media. */
export async function trafficTimelines(
  warehouse: Warehouse,
  windowSeconds: number,
  most: number,
): Promise<{ timelines: SessionTimeline[]; sessions: number }> {
  const sessions = await warehouse.rows(
    'select session_id from sessions where has_media order by media_bytes desc, session_id',
  );
  const timelines: SessionTimeline[] = [];
  for (const row of sessions.slice(0, most)) {
    const sessionId = String(row['session_id']);
    const [first] = await warehouse.rows(
      'select start_us from session_windows where session_id = $session_id and window_index = 0',
      { session_id: sessionId },
    );
    const startUs = Number(first?.['start_us']);
    const throughput = await throughputOf(warehouse, sessionId, windowSeconds);
    timelines.push({
      sessionId,
      place: null,
      split: 'none',
      startUs,
      segments: await segmentsOf(warehouse, sessionId, startUs),
      throughput,
      rows: throughput.map(({ startSeconds }) => ({
        ...{ startSeconds, endSeconds: startSeconds + windowSeconds, predictedPx: null, confidence: null },
        ...{ probabilities: [], truePx: null, unknown: null },
      })),
    });
  }
  return { timelines, sessions: sessions.length };
}

async function segmentsOf(
  warehouse: Warehouse,
  sessionId: string,
  startUs: number,
): Promise<SessionTimeline['segments']> {
  const rows = await warehouse.rows(
    `select (end_us - $start_us::bigint) / 1e6 as seconds, downstream_bytes::double as bytes, kind
    from media_segments
    where session_id = $session_id
    order by completed_so_far`,
    { session_id: sessionId, start_us: startUs },
  );
  return rows.map((row) => ({
    seconds: Number(row['seconds']),
    bytes: Number(row['bytes']),
    kind: row['kind'] === 'audio' || row['kind'] === 'video' ? row['kind'] : null,
  }));
}

async function throughputOf(
  warehouse: Warehouse,
  sessionId: string,
  windowSeconds: number,
): Promise<SessionTimeline['throughput']> {
  const rows = await warehouse.rows(
    `select window_index, "service_Video_throughput_down"::double as kbps
    from feat_windows
    where session_id = $session_id
    order by window_index`,
    { session_id: sessionId },
  );
  return rows.map((row) => ({
    startSeconds: Number(row['window_index']) * windowSeconds,
    kbps: Number(row['kbps']),
  }));
}

/** Windows of held-out sessions by a kind of group (service, site, …), session, true and likeliest resolution. */
export interface GroupedWindows {
  readonly kind: string;
  readonly group: string;
  readonly session: string;
  readonly truePx: number;
  readonly predictedPx: number;
  readonly windows: number;
}

/** The windows that the evaluation counts, once for each kind of group that its session belongs to. */
export async function groupedWindows(warehouse: Warehouse): Promise<GroupedWindows[]> {
  const own = await warehouse.tables();
  const kinds = [
    ...(own.has('sessions') ? ["select session_id, 'service' as kind, service as value from sessions"] : []),
    ...(own.has('group_values') && own.has('dataset_raw')
      ? [
          `select session_id, kind, value
          from (select distinct session_id, session_group from dataset_raw)
          join group_values using (session_group)
          where kind in ('site', 'home', 'video', 'date')`,
        ]
      : []),
  ];
  if (kinds.length === 0) return [];
  const rows = await warehouse.rows(`
    with windows as (
      select
        session_id,
        true_px,
        ${LIKELIEST_PX} as likeliest_px
      from predictions
      where split = 'held out' and true_px is not null
    )
    select kind, value, session_id, true_px, likeliest_px, count(*)::integer as windows
    from windows
    join (${kinds.join(' union all ')}) using (session_id)
    where value is not null
    group by all
    order by all`);
  return rows.map((row) => ({
    kind: String(row['kind']),
    group: String(row['value']),
    session: String(row['session_id']),
    truePx: Number(row['true_px']),
    predictedPx: Number(row['likeliest_px']),
    windows: Number(row['windows']),
  }));
}

/** A file that a run read. */
export interface SourceRow {
  readonly name: string;
  readonly content: string;
  readonly hash: string;
}

/** Captures of a run by name. */
export async function captureSources(warehouse: Warehouse, runId: string): Promise<SourceRow[]> {
  const rows = await warehouse.rows(
    `select capture_name, content_hash, packet_count, (last_us - first_us) / 1e6 as seconds
    from main.run_sources
    join main.captures using (capture_id)
    where run_id = $run_id
    group by all
    order by capture_name`,
    { run_id: runId },
  );
  return rows.map((row) => ({
    name: String(row['capture_name']),
    content: `${Number(row['packet_count']).toLocaleString('en')} packets in ${Number(row['seconds'] ?? 0).toFixed(0)} s`,
    hash: String(row['content_hash']),
  }));
}

/** Datasets that were stored from a path: one, unless the file has changed or was stored with other settings. */
export async function datasetSources(warehouse: Warehouse, path: string): Promise<SourceRow[]> {
  const rows = await warehouse.rows(
    `select distinct source_path, format, content_sha256, raw_rows from main.datasets where source_path = $path order by all`,
    { path },
  );
  return rows.map((row) => ({
    name:
      rows.length === 1
        ? String(row['source_path'])
        : `${String(row['source_path'])} (one of ${rows.length} contents stored from this path)`,
    content: `${String(row['format'])}, ${Number(row['raw_rows']).toLocaleString('en')} rows`,
    hash: `SHA-256 ${String(row['content_sha256'])}`,
  }));
}

function unknownOf(row: SqlRow): Unknown | null {
  const kind = UNKNOWN_KINDS.find((name) => name === row['unknown_kind']);
  return kind === undefined ? null : { kind, reason: String(row['unknown_reason']) };
}

function entriesOf(value: unknown): RungProbability[] {
  if (!Array.isArray(value)) return [];
  return value
    .map((entry: { key: unknown; value: unknown }) => ({
      heightPx: Number(entry.key),
      probability: Number(entry.value),
    }))
    .sort((a, b) => a.heightPx - b.heightPx);
}
