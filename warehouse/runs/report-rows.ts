import type { TrialSetting } from '../../schemas/search.js';
import {
  UNKNOWN_KINDS,
  type RungProbability,
  type Unknown,
  type WindowPrediction,
} from '../../schemas/window-prediction.js';
import type { SqlRow, Warehouse } from '../core/warehouse.js';
import { type ShownSession, shownSessions } from './shown-sessions.js';

/** A row of `trials`, with the values that a report shows. */
export interface TrialReportRow {
  readonly trial: number;
  readonly setting: TrialSetting;
  readonly state: string;
  readonly reason: string | null;
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
      reason: textOrNull(row['reason']),
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
}

/** Timelines of the named sessions; if none is named, those of a middling held-out session, the best and the worst. */
export async function timelineRows(
  warehouse: Warehouse,
  sessions: readonly string[],
  windowSeconds: number,
): Promise<SessionTimeline[]> {
  const named = sessions.map((sessionId) => ({ sessionId, place: null }));
  const chosen = named.length > 0 ? named : await shownSessions(warehouse);
  const timelines: SessionTimeline[] = [];
  for (const { sessionId, place } of chosen) {
    const rows = await warehouse.rows(
      `select *, map_entries(probabilities) as entries from resolution_timeline where session_id = $session_id order by window_index`,
      { session_id: sessionId },
    );
    timelines.push({
      sessionId,
      place,
      split: String((rows.find((row) => row['split'] !== 'none') ?? rows[0])?.['split']),
      rows: rows.map((row) => ({
        startSeconds: Number(row['elapsed_seconds']),
        endSeconds: (Number(row['window_index']) + 1) * windowSeconds,
        predictedPx: numberOrNull(row['predicted_px']),
        confidence: numberOrNull(row['confidence']),
        probabilities: entriesOf(row['entries']),
        truePx: numberOrNull(row['true_px']),
        unknown: unknownOf(row),
      })),
    });
  }
  return timelines;
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

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
