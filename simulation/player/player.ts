import type { Random } from '../../common/random.js';
import type { EventQueue } from '../engine/event-queue.js';
import type { Title } from '../title/title.js';
import type { Connection } from '../transport/connection.js';
import type { SegmentMedia } from '../transport/segment-record.js';
import type { AbrPolicy } from './abr-policy.js';
import type { PlayerEvent, PlayerSample, PlayerState } from './player-log.js';
import { Track } from './track.js';

const TICK_US = 100_000;
const TICK_SECONDS = TICK_US / 1e6;
/** Delay before a player with room in its buffer requests a segment. */
const THINK_MIN_US = 1_500;
const THINK_SPREAD_US = 12_000;
const SERVER_MIN_US = 1_000;
const SERVER_SPREAD_US = 14_000;
/** HTTP headers of a response. */
const RESPONSE_HEADER_BYTES = 300;
const RESPONSE_HEADER_SPREAD_BYTES = 200;
/** Throughput samples that a policy gets. */
const SAMPLES = 20;

/** Parameters of a player. */
export interface PlayerSpec {
  readonly policy: AbrPolicy;
  /** False: a video segment also contains the audio. */
  readonly hasSeparateAudio: boolean;
  /** Buffered media needed to start, and to resume after a stall or a seek. */
  readonly startupSeconds: number;
  /** Maximum buffered media. */
  readonly maxBufferSeconds: number;
  /** Seeks: time since the player started, and the target media time. */
  readonly seeks: readonly { readonly afterSeconds: number; readonly toSeconds: number }[];
  /** Plaintext of a request. */
  readonly requestBytes: () => number;
}

/**
 * An adaptive streaming player. It fills its buffer, then fetches a segment whenever there is room for one (the
 * on/off pattern of Rao et al., CoNEXT 2011), chooses the rung of each by its policy, plays, stalls and seeks. Each
 * connection carries one segment at a time, and several connections fetch in parallel. If audio is separate and
 * there is more than one connection, the last one is for audio. Segments in transit during a seek arrive and are
 * discarded.
 */
export class Player {
  /** One row every 100 ms, and one for each event. */
  readonly log: PlayerSample[] = [];
  readonly #clock: EventQueue;
  readonly #spec: PlayerSpec;
  readonly #title: Title;
  readonly #random: Random;
  readonly #video: Track;
  readonly #tracks: readonly Track[];
  readonly #lanes: readonly { readonly connection: Connection; readonly tracks: readonly Track[] }[];
  readonly #busy = new Set<Connection>();
  readonly #throughputsBps: number[] = [];
  #state: PlayerState = 'startup';
  #positionSeconds = 0;
  #heightPx: number | null = null;
  #previousRung: number | null = null;
  /** Incremented by every seek: segments requested before are discarded. */
  #generation = 0;

  constructor(
    clock: EventQueue,
    spec: PlayerSpec,
    title: Title,
    connections: readonly Connection[],
    random: Random,
  ) {
    this.#clock = clock;
    this.#spec = spec;
    this.#title = title;
    this.#random = random;
    this.#video = new Track('video', title.videoSegmentSeconds);
    const audio = spec.hasSeparateAudio ? [new Track('audio', title.audioSegmentSeconds)] : [];
    this.#tracks = [this.#video, ...audio];
    const hasAudioConnection = audio.length > 0 && connections.length > 1;
    this.#lanes = connections.map((connection, index) => {
      if (!hasAudioConnection) return { connection, tracks: this.#tracks };
      return { connection, tracks: index === connections.length - 1 ? audio : [this.#video] };
    });
  }

  /** Starts to fetch now, and runs until the simulation ends. */
  start(): void {
    for (const { afterSeconds, toSeconds } of this.#spec.seeks) {
      this.#clock.after(afterSeconds * 1e6, () => {
        this.#seek(toSeconds);
      });
    }
    this.#fetch();
    this.#clock.after(TICK_US, () => {
      this.#tick();
    });
  }

  get #bufferSeconds(): number {
    const playable = Math.min(...this.#tracks.map((track) => track.playableSeconds));
    return Math.max(0, playable - this.#positionSeconds);
  }

  #tick(): void {
    this.#advance();
    this.#addSample(null);
    this.#fetch();
    this.#clock.after(TICK_US, () => {
      this.#tick();
    });
  }

  #advance(): void {
    const bufferSeconds = this.#bufferSeconds;
    if (this.#state === 'playing') {
      if (bufferSeconds < TICK_SECONDS) {
        this.#state = 'stalled';
        this.#addSample('stall');
        return;
      }
      this.#positionSeconds += TICK_SECONDS;
      this.#show();
    } else if (bufferSeconds >= this.#spec.startupSeconds) {
      const isFirst = this.#state === 'startup';
      this.#state = 'playing';
      this.#heightPx = this.#heightAtPlayhead() ?? this.#heightPx;
      this.#addSample(isFirst ? 'play' : 'resume');
    }
  }

  #show(): void {
    const heightPx = this.#heightAtPlayhead() ?? this.#heightPx;
    if (heightPx === this.#heightPx) return;
    this.#heightPx = heightPx;
    this.#addSample('resolution');
  }

  #heightAtPlayhead(): number | null {
    const rung = this.#video.rungAt(this.#positionSeconds);
    return rung === null ? null : this.#title.ladder[rung]!.heightPx;
  }

  #seek(toSeconds: number): void {
    this.#generation++;
    this.#state = 'seeking';
    this.#positionSeconds = toSeconds;
    for (const track of this.#tracks) track.jump(toSeconds);
    this.#addSample('seek');
    this.#fetch();
  }

  /** Assigns to every idle connection the segment that is needed first, if there is room for it. */
  #fetch(): void {
    for (const { connection, tracks } of this.#lanes) {
      if (this.#busy.has(connection)) continue;
      const track = tracks.reduce((least, other) =>
        other.askedSeconds < least.askedSeconds ? other : least,
      );
      if (track.askedSeconds - this.#positionSeconds >= this.#spec.maxBufferSeconds) continue;
      this.#busy.add(connection);
      const index = track.next++;
      const generation = this.#generation;
      this.#clock.after(THINK_MIN_US + this.#random.integer(THINK_SPREAD_US), () => {
        this.#ask(connection, track, index, generation);
      });
    }
  }

  #ask(connection: Connection, track: Track, index: number, generation: number): void {
    const rung = track.kind === 'video' ? this.#chooseRung() : 0;
    const media = this.#mediaOf(track, index, rung);
    const askedUs = this.#clock.nowUs;
    const request = {
      kind: track.kind,
      media,
      requestBytes: this.#spec.requestBytes(),
      responseBytes: media.bytes + RESPONSE_HEADER_BYTES + this.#random.integer(RESPONSE_HEADER_SPREAD_BYTES),
      serverUs: SERVER_MIN_US + this.#random.integer(SERVER_SPREAD_US),
    };
    connection.exchange(request, () => {
      this.#busy.delete(connection);
      if (track.kind === 'video') {
        this.#throughputsBps.push((8e6 * media.bytes) / (this.#clock.nowUs - askedUs));
        if (this.#throughputsBps.length > SAMPLES) this.#throughputsBps.shift();
      }
      if (generation === this.#generation) track.arrive(index, rung);
      this.#fetch();
    });
  }

  #chooseRung(): number {
    const rung = this.#spec.policy({
      ladder: this.#title.ladder,
      previous: this.#previousRung,
      bufferSeconds: this.#bufferSeconds,
      maxBufferSeconds: this.#spec.maxBufferSeconds,
      throughputsBps: this.#throughputsBps,
    });
    this.#previousRung = rung;
    return rung;
  }

  #mediaOf(track: Track, index: number, rungIndex: number): SegmentMedia {
    if (track.kind === 'audio') return { index, heightPx: null, bytes: this.#title.audioBytes(index) };
    const rung = this.#title.ladder[rungIndex]!;
    const { audioBitrateBps, videoSegmentSeconds } = this.#title;
    const muxedBytes = this.#spec.hasSeparateAudio
      ? 0
      : Math.round((audioBitrateBps * videoSegmentSeconds) / 8);
    return { index, heightPx: rung.heightPx, bytes: this.#title.videoBytes(rung, index) + muxedBytes };
  }

  #addSample(event: PlayerEvent | null): void {
    this.log.push({
      timeUs: this.#clock.nowUs,
      state: this.#state,
      heightPx: this.#heightPx,
      bufferSeconds: this.#bufferSeconds,
      positionSeconds: this.#positionSeconds,
      event,
    });
  }
}
