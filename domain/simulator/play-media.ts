import type { Random } from '../models/random.js';
import type { Connection } from './connection.js';
import { lognormal } from './normal.js';
import type { TrueSegment } from './session-spec.js';

const VIDEO_SEGMENT_SECONDS = 4;
const AUDIO_SEGMENT_SECONDS = 8;
export const AUDIO_BITRATE_BPS = 96_000;
/** Variable bitrate: standard deviation of the logarithm of a video segment's size, and its bounds. */
const SEGMENT_SIGMA = 0.25;
const SEGMENT_LEAST = 0.4;
const SEGMENT_MOST = 2.2;
/** Media that the player keeps ahead: Netflix's minutes, shortened so that short captures show the steady state. */
const BUFFER_AHEAD_SECONDS = 24;
/** A player with room for a segment asks for it after so long. */
const THINK_MIN_US = 1_500;
const THINK_SPREAD_US = 12_000;

/** What to play and over what. */
export interface PlayMediaOptions {
  /** May be the same connection. */
  readonly video: Connection;
  readonly audio: Connection;
  readonly videoBitrateBps: number;
  readonly requestBytes: () => number;
  readonly startUs: number;
  /** Exchanges that would not be over by then are not begun. */
  readonly endUs: number;
  readonly random: Random;
}

interface Track {
  readonly kind: 'video' | 'audio';
  readonly connection: Connection;
  readonly segmentSeconds: number;
  readonly nextBytes: () => number;
  /** Media time asked for so far. */
  requestedSeconds: number;
}

/**
 * A player at a constant rung: it fetches BUFFER_AHEAD_SECONDS at once, then a segment whenever it has room for one
 * (the on/off pattern of Rao et al., CoNEXT 2011), and plays from the first segment's arrival without a stall.
 * Calls `exchange` on the connections; returns the segments by request time, and when play began (null: it did not).
 */
export function playMedia(options: PlayMediaOptions): { segments: TrueSegment[]; playUs: number | null } {
  const { random, startUs, endUs } = options;
  const tracks = createTracks(options);
  const freeUs = new Map<Connection, number>();
  for (const connection of new Set(tracks.map((track) => track.connection))) {
    freeUs.set(connection, connection.open(startUs));
  }
  const segments: TrueSegment[] = [];
  let playUs: number | null = null;
  for (;;) {
    const track = tracks.reduce((least, other) =>
      other.requestedSeconds < least.requestedSeconds ? other : least,
    );
    const roomUs = (playUs ?? startUs) + (track.requestedSeconds - BUFFER_AHEAD_SECONDS) * 1e6;
    const readyUs = Math.max(freeUs.get(track.connection) ?? startUs, roomUs);
    const requestUs = Math.round(readyUs) + THINK_MIN_US + random.integer(THINK_SPREAD_US);
    if (requestUs + LONGEST_EXCHANGE_US > endUs) break;
    const downstreamBytes = track.nextBytes();
    const lastByteUs = track.connection.exchange({
      requestUs,
      requestBytes: options.requestBytes(),
      responseBytes: downstreamBytes,
    });
    freeUs.set(track.connection, lastByteUs);
    track.requestedSeconds += track.segmentSeconds;
    if (track.kind === 'video') playUs ??= lastByteUs;
    segments.push({ kind: track.kind, requestUs, downstreamBytes, lastByteUs });
  }
  return { segments: segments.sort((a, b) => a.requestUs - b.requestUs), playUs };
}

/** Of the capture's end this much stays without new requests, so that answers are whole. */
const LONGEST_EXCHANGE_US = 5_000_000;

function createTracks({ video, audio, videoBitrateBps, random }: PlayMediaOptions): Track[] {
  const videoBytes = () => {
    const size = Math.min(SEGMENT_MOST, Math.max(SEGMENT_LEAST, lognormal(random, SEGMENT_SIGMA)));
    return Math.round((videoBitrateBps * VIDEO_SEGMENT_SECONDS * size) / 8);
  };
  const audioBytes = () => Math.round((AUDIO_BITRATE_BPS * AUDIO_SEGMENT_SECONDS) / 8) + random.integer(400);
  return [
    {
      kind: 'video',
      connection: video,
      segmentSeconds: VIDEO_SEGMENT_SECONDS,
      nextBytes: videoBytes,
      requestedSeconds: 0,
    },
    {
      kind: 'audio',
      connection: audio,
      segmentSeconds: AUDIO_SEGMENT_SECONDS,
      nextBytes: audioBytes,
      requestedSeconds: 0,
    },
  ];
}
