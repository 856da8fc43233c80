import type { EventQueue } from '../engine/event-queue.js';
import type { PlayerEvent, PlayerSample, PlayerState } from './player-log.js';

/** What playing needs to know of the media that has arrived. */
interface Arrived {
  /** Media time up to which everything can be played. */
  readonly playableSeconds: () => number;
  /** Height of the picture at a media time, pixels; null if it has not arrived. */
  readonly heightAt: (seconds: number) => number | null;
}

/** The playing side of a player: its position, what it shows, and its log. */
export class Playback {
  /** One row every step, and one for each event. */
  readonly log: PlayerSample[] = [];
  readonly #clock: EventQueue;
  readonly #arrived: Arrived;
  readonly #startupSeconds: number;
  #state: PlayerState = 'startup';
  #positionSeconds = 0;
  #heightPx: number | null = null;

  /** @param startupSeconds buffered media needed to start, and to resume after a stall or a seek */
  constructor(clock: EventQueue, arrived: Arrived, startupSeconds: number) {
    this.#clock = clock;
    this.#arrived = arrived;
    this.#startupSeconds = startupSeconds;
  }

  get isPlaying(): boolean {
    return this.#state === 'playing';
  }

  get positionSeconds(): number {
    return this.#positionSeconds;
  }

  /** Playable media ahead of the playhead. */
  get bufferSeconds(): number {
    return Math.max(0, this.#arrived.playableSeconds() - this.#positionSeconds);
  }

  /** Plays for `stepSeconds`, or waits for that time. */
  advance(stepSeconds: number): void {
    this.#play(stepSeconds);
    this.#addSample(null);
  }

  /** Continues at another media time as soon as enough of it has arrived; nothing of it may have arrived yet. */
  seek(toSeconds: number): void {
    this.#state = 'seeking';
    this.#positionSeconds = toSeconds;
    this.#addSample('seek');
  }

  #play(stepSeconds: number): void {
    if (this.#state === 'playing') {
      if (this.bufferSeconds < stepSeconds) {
        this.#state = 'stalled';
        this.#addSample('stall');
        return;
      }
      this.#positionSeconds += stepSeconds;
      this.#show();
    } else if (this.bufferSeconds >= this.#startupSeconds) {
      const isFirst = this.#state === 'startup';
      this.#state = 'playing';
      this.#heightPx = this.#arrived.heightAt(this.#positionSeconds) ?? this.#heightPx;
      this.#addSample(isFirst ? 'play' : 'resume');
    }
  }

  #show(): void {
    const heightPx = this.#arrived.heightAt(this.#positionSeconds) ?? this.#heightPx;
    if (heightPx === this.#heightPx) return;
    this.#heightPx = heightPx;
    this.#addSample('resolution');
  }

  #addSample(event: PlayerEvent | null): void {
    this.log.push({
      timeUs: this.#clock.nowUs,
      state: this.#state,
      heightPx: this.#heightPx,
      bufferSeconds: this.bufferSeconds,
      positionSeconds: this.#positionSeconds,
      event,
    });
  }
}
