import { LIKELIEST_PX } from '../core/likeliest-px.js';
import type { Warehouse } from '../core/warehouse.js';

/** A session whose timeline a report shows. */
export interface ShownSession {
  readonly sessionId: string;
  /** Its place among the held-out sessions, by these shares; null if it was named. */
  readonly place: SessionPlace | null;
}

export interface SessionPlace {
  readonly name: 'median' | 'best' | 'worst';
  /** Held-out sessions with ground truth. */
  readonly sessions: number;
  /** Share of the session's windows with ground truth that have an answer, and a right one. */
  readonly right: number;
}

/**
 * The median of the held-out sessions by their shares of windows with a right answer (of an even number, the worse of the
 * middle two), then the best and the worst; fewer if there are fewer. Of sessions with the same share, the one with more
 * windows whose likeliest resolution is right is better, answered or not.
 */
export async function shownSessions(warehouse: Warehouse): Promise<ShownSession[]> {
  const rows = await warehouse.rows(`
    select
      session_id,
      avg(coalesce(predicted_px = true_px, false)::integer) as right_share,
      avg(coalesce(likeliest_px = true_px, false)::integer) as likeliest_share
    from (
      select *, ${LIKELIEST_PX} as likeliest_px
      from predictions
    )
    where split = 'held out' and true_px is not null
    group by session_id
    order by right_share, likeliest_share, session_id`);
  const placed = [
    { name: 'median', row: rows[(rows.length - 1) >> 1] },
    { name: 'best', row: rows.at(-1) },
    { name: 'worst', row: rows[0] },
  ] as const;
  const shown = new Map<string, ShownSession>();
  for (const { name, row } of placed) {
    if (row === undefined) continue;
    const sessionId = String(row['session_id']);
    if (shown.has(sessionId)) continue;
    const place = { name, sessions: rows.length, right: Number(row['right_share']) };
    shown.set(sessionId, { sessionId, place });
  }
  return [...shown.values()];
}
