import { fill } from '../core/fill.js';
import type { Warehouse } from '../core/warehouse.js';

/** A session of spliced captures, and the content of a capture that a piece of it was cut from. */
export interface SplicedContent {
  readonly sessionId: string;
  readonly contentHash: string;
}

/** Fills the run's table `spliced_pieces`; empty if no capture is spliced. */
export async function loadSplicedPieces(
  warehouse: Warehouse,
  pieces: readonly SplicedContent[],
): Promise<void> {
  const distinct = new Map(pieces.map((piece) => [`${piece.sessionId}\0${piece.contentHash}`, piece]));
  await fill(
    warehouse,
    'spliced_pieces',
    [...distinct]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, { sessionId, contentHash }]) => ({ session_id: sessionId, content_hash: contentHash })),
  );
}

/**
 * How many spliced sessions are held out, and how many of them share the capture of a piece with sessions that trials
 * saw: their scores are too good.
 */
export async function sharedPieces(
  warehouse: Warehouse,
): Promise<{ readonly heldOut: number; readonly shared: number }> {
  const [row] = await warehouse.rows(`
    with pieces as (
      select distinct session_group, fold, content_hash
      from spliced_pieces
      join sessions on sessions.labelled_session = spliced_pieces.session_id
      join splits using (session_group)
    )

    select
      count(distinct session_group) filter (fold < 0)::integer as held_out,
      (count(distinct session_group) filter (
        fold < 0 and content_hash in (select content_hash from pieces where fold >= 0)
      ))::integer as shared
    from pieces`);
  return { heldOut: Number(row?.['held_out']), shared: Number(row?.['shared']) };
}
