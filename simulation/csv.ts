import { truthFiles, type DatasetSession } from './dataset.js';
import type { PlayerSample } from './player/player-log.js';
import type { SegmentRecord } from './transport/segment-record.js';

/**
 * The text of sessions.csv, one line per session. An adaptive session has the name of its player's log instead of a
 * resolution, since no single one would be correct.
 */
export function sessionsCsv(sessions: readonly DatasetSession[]): string {
  const adaptive = sessions.some(({ pinnedPx }) => pinnedPx === null);
  return table(
    ['session_id', 'capture', 'site', 'video_id', 'resolution', ...(adaptive ? ['player_log'] : [])],
    sessions.map((session) => [
      session.sessionId,
      session.capture,
      session.site,
      session.videoId,
      session.pinnedPx,
      ...(adaptive ? [session.pinnedPx === null ? truthFiles(session.sessionId).player : null] : []),
    ]),
  );
}

/**
 * The text of a player's log: the state every 100 ms and at each event. `time` is in seconds since the Unix epoch,
 * `resolution` in pixels of height, empty before the first picture.
 */
export function playerCsv(log: readonly PlayerSample[]): string {
  return table(
    ['time', 'resolution', 'state', 'buffer_seconds', 'position_seconds', 'event'],
    log.map((sample) => [
      (sample.timeUs / 1e6).toFixed(6),
      sample.heightPx,
      sample.state,
      sample.bufferSeconds.toFixed(1),
      sample.positionSeconds.toFixed(1),
      sample.event,
    ]),
  );
}

/**
 * The text of a list of segments as observed at the vantage point, ordered by request time. Columns as in the table
 * `segments`, with the flow's ends, the kind of segment, and the size and the times of the media in it.
 */
export function segmentsCsv(segments: readonly SegmentRecord[]): string {
  const ordered = [...segments].sort((a, b) => (a.requestUs ?? 0) - (b.requestUs ?? 0));
  return table(
    [
      ...['kind', 'resolution', 'media_index', 'media_bytes'],
      ...['protocol', 'client_address', 'client_port', 'server_address', 'server_port'],
      ...['request_us', 'request_bytes', 'first_byte_us', 'last_byte_us', 'downstream_bytes'],
      ...['media_from_seconds', 'media_seconds'],
    ],
    ordered.map((segment) => [
      segment.kind,
      ...[segment.media?.heightPx ?? null, segment.media?.index ?? null, segment.media?.bytes ?? null],
      ...[segment.flow.protocol, segment.flow.client.addressText, segment.flow.client.port],
      ...[segment.flow.server.addressText, segment.flow.server.port],
      ...[segment.requestUs, segment.requestBytes, segment.firstByteUs, segment.lastByteUs],
      segment.downstreamBytes,
      ...[segment.media?.fromSeconds.toFixed(3) ?? null, segment.media?.seconds.toFixed(3) ?? null],
    ]),
  );
}

/** CSV of cells that need no quotes; null is an empty cell. */
function table(header: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return [header, ...rows].map((cells) => `${cells.map((cell) => cell ?? '').join(',')}\n`).join('');
}
