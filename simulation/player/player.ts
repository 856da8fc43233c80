import type { Random } from '../../common/random.js';
import type { EventQueue } from '../engine/event-queue.js';
import type { Title } from '../title/title.js';
import type { Connection } from '../transport/connection.js';
import type { SegmentMedia } from '../transport/segment-record.js';
import type { AbrPolicy } from './abr-policy.js';
import { Playback } from './playback.js';
import type { PlayerSample } from './player-log.js';
import type { RequestPlan } from './request-plan.js';
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
/** A player that replaces what it buffered keeps this much of it, and leaves less than that alone. */
const KEPT_SECONDS = 5;

/** Parameters of a player. */
export interface PlayerSpec {
  readonly policy: AbrPolicy;
  readonly plan: RequestPlan;
  /** What the player expects of the path, from earlier videos or the page. */
  readonly expectedBps: number;
  /** False: a request for video also brings the audio. */
  readonly hasSeparateAudio: boolean;
  /** True: with separate audio and several connections, the last one is for audio alone. */
  readonly hasAudioConnection: boolean;
  /** True: after a change to a higher rung, buffered media of a lower one is asked for again. */
  readonly replacesBuffer: boolean;
  /** Buffered media needed to start, and to resume after a stall or a seek. */
  readonly startupSeconds: number;
  /** Maximum buffered media; one request may exceed it. */
  readonly maxBufferSeconds: number;
  /** Seeks: time since the player started, and the target media time. */
  readonly seeks: readonly { readonly afterSeconds: number; readonly toSeconds: number }[];
  /** Plaintext of a request for media of a kind. */
  readonly requestBytes: (kind: Track['kind']) => number;
}

/**
 * An adaptive streaming player. It fills its buffer, then fetches whenever there is room (the on/off pattern of Rao et
 * al., CoNEXT 2011), chooses the rung of each request by its policy, plays, stalls and seeks. Each connection carries
 * one request at a time, and several connections fetch in parallel. After a change to a higher rung it may throw away
 * what it has buffered and fetch it again (Sieber et al., "Sacrificing efficiency for quality of experience", IFIP
 * Networking 2016). Media in transit that is no longer wanted arrives and is discarded.
 */
export class Player {
  readonly #clock: EventQueue;
  readonly #spec: PlayerSpec;
  readonly #title: Title;
  readonly #random: Random;
  readonly #video = new Track('video');
  readonly #tracks: readonly Track[];
  readonly #playback: Playback;
  readonly #lanes: readonly { readonly connection: Connection; readonly tracks: readonly Track[] }[];
  readonly #busy = new Set<Connection>();
  readonly #throughputsBps: number[];
  #previousRung: number | null = null;

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
    this.#throughputsBps = [spec.expectedBps];
    const audio = spec.hasSeparateAudio ? [new Track('audio')] : [];
    this.#tracks = [this.#video, ...audio];
    const arrived = {
      playableSeconds: () => Math.min(...this.#tracks.map((track) => track.playableSeconds)),
      heightAt: (seconds: number) => {
        const rung = this.#video.rungAt(seconds);
        return rung === null ? null : title.ladder[rung]!.heightPx;
      },
    };
    this.#playback = new Playback(clock, arrived, spec.startupSeconds);
    const hasAudioConnection = spec.hasAudioConnection && audio.length > 0 && connections.length > 1;
    this.#lanes = connections.map((connection, index) => {
      if (!hasAudioConnection) return { connection, tracks: this.#tracks };
      return { connection, tracks: index === connections.length - 1 ? audio : [this.#video] };
    });
  }

  /** One row every 100 ms, and one for each event. */
  get log(): readonly PlayerSample[] {
    return this.#playback.log;
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

  #tick(): void {
    this.#playback.advance(TICK_SECONDS);
    this.#fetch();
    this.#clock.after(TICK_US, () => {
      this.#tick();
    });
  }

  #seek(toSeconds: number): void {
    for (const track of this.#tracks) track.jump(toSeconds);
    this.#playback.seek(toSeconds);
    this.#fetch();
  }

  /** Gives every idle connection the part of a track that is needed first, if there is room for it. */
  #fetch(): void {
    for (const { connection, tracks } of this.#lanes) {
      if (this.#busy.has(connection)) continue;
      const track = tracks.reduce((least, other) =>
        other.askedSeconds < least.askedSeconds ? other : least,
      );
      if (track.askedSeconds - this.#playback.positionSeconds >= this.#spec.maxBufferSeconds) continue;
      this.#ask(connection, track);
    }
  }

  #ask(connection: Connection, track: Track): void {
    const rung = track.kind === 'video' ? this.#chooseRung() : 0;
    if (track.kind === 'video') this.#replaceBelow(rung);
    const encoding =
      track.kind === 'video' ? this.#title.video(this.#title.ladder[rung]!) : this.#title.audio;
    const fromSeconds = track.askedSeconds;
    const bufferSeconds = this.#playback.bufferSeconds;
    const toSeconds = this.#spec.plan({ kind: track.kind, track: encoding, fromSeconds, bufferSeconds });
    const muxed = track.kind === 'video' && !this.#spec.hasSeparateAudio ? [this.#title.audio] : [];
    const bytes = [encoding, ...muxed].reduce(
      (sum, each) => sum + each.bytesBetween(fromSeconds, toSeconds),
      0,
    );
    const media: SegmentMedia = {
      index: track.requests,
      fromSeconds,
      seconds: toSeconds - fromSeconds,
      heightPx: track.kind === 'video' ? this.#title.ladder[rung]!.heightPx : null,
      bytes,
    };
    const arrived = track.ask(toSeconds, rung);
    this.#busy.add(connection);
    this.#clock.after(THINK_MIN_US + this.#random.integer(THINK_SPREAD_US), () => {
      this.#exchange(connection, track.kind, media, arrived);
    });
  }

  #exchange(connection: Connection, kind: Track['kind'], media: SegmentMedia, arrived: () => void): void {
    const askedUs = this.#clock.nowUs;
    const request = {
      kind,
      media,
      requestBytes: this.#spec.requestBytes(kind),
      responseBytes: media.bytes + RESPONSE_HEADER_BYTES + this.#random.integer(RESPONSE_HEADER_SPREAD_BYTES),
      serverUs: SERVER_MIN_US + this.#random.integer(SERVER_SPREAD_US),
    };
    connection.exchange(request, () => {
      this.#busy.delete(connection);
      if (kind === 'video') {
        this.#throughputsBps.push((8e6 * media.bytes) / (this.#clock.nowUs - askedUs));
        if (this.#throughputsBps.length > SAMPLES) this.#throughputsBps.shift();
      }
      arrived();
      this.#fetch();
    });
  }

  #chooseRung(): number {
    const rung = this.#spec.policy({
      ladder: this.#title.ladder,
      previous: this.#previousRung,
      bufferSeconds: this.#playback.bufferSeconds,
      maxBufferSeconds: this.#spec.maxBufferSeconds,
      throughputsBps: this.#throughputsBps,
    });
    this.#previousRung = rung;
    return rung;
  }

  /** Drops buffered video of a lower rung, but for the next seconds, so that it is asked for again. */
  #replaceBelow(rung: number): void {
    if (!this.#spec.replacesBuffer || !this.#playback.isPlaying) return;
    const fromSeconds = this.#video.firstBelow(rung, this.#playback.positionSeconds + KEPT_SECONDS);
    if (fromSeconds === null || this.#video.playableSeconds - fromSeconds < KEPT_SECONDS) return;
    this.#video.dropFrom(fromSeconds);
  }
}
