import type { SessionAnswer, SessionAnswers } from '../../schemas/session-answer.js';
import { makeTable } from '../core/fill.js';
import { numberOf, textOf } from '../core/row-values.js';
import { buildModels } from '../core/run-models.js';
import type { SqlRow, Warehouse } from '../core/warehouse.js';

/** Most sessions of a result: the tables contain all. */
const MOST_ANSWERS = 100;

/** Builds `sessions_summary` of the current run, from its predictions or, if no model was applied, without any. */
export async function buildSessionsSummary(warehouse: Warehouse, hasPredictions: boolean): Promise<void> {
  if (!hasPredictions) await makeTable(warehouse, 'predictions');
  await buildModels(warehouse, ['51_sessions'], {});
  if (!hasPredictions) await warehouse.run('drop table predictions');
}

/** The first rows of `sessions_summary`, and how many there are. */
export async function sessionAnswers(warehouse: Warehouse): Promise<SessionAnswers> {
  const [count] = await warehouse.rows('select count(*)::integer as rows from sessions_summary');
  return { answers: await answerRows(warehouse, MOST_ANSWERS), all: Number(count?.['rows']) };
}

/** All rows of `sessions_summary`. */
export async function allSessionAnswers(warehouse: Warehouse): Promise<SessionAnswer[]> {
  return await answerRows(warehouse, null);
}

async function answerRows(warehouse: Warehouse, most: number | null): Promise<SessionAnswer[]> {
  const rows = await warehouse.rows(
    `select *, epoch_ms(began_at)::double as began_ms from sessions_summary order by rowid${most === null ? '' : ` limit ${most}`}`,
  );
  return rows.map(answerOf);
}

function answerOf(row: SqlRow): SessionAnswer {
  const text = (name: string): string | null => textOf(row[name]);
  const number = (name: string): number | null => numberOf(row[name]);
  return {
    sessionId: text('session_id'),
    captureName: text('capture_name') ?? '',
    service: text('service'),
    clientAddress: text('client_address'),
    beganMs: number('began_ms'),
    seconds: number('seconds'),
    windows: number('windows'),
    resolutionPx: number('resolution_px'),
    resolutionShare: number('resolution_share'),
    switches: number('switches'),
    confidence: number('confidence'),
    unknownShare: number('unknown_share'),
    unknownKind: text('unknown_kind'),
    unknownReason: text('unknown_reason'),
    note: text('note'),
  };
}
