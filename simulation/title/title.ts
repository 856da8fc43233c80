import { createRandom, deriveSeed, type Random } from '../../common/random.js';
import { normal } from '../engine/normal.js';
import { nominalBitrateBps } from './nominal-bitrate.js';

/** Lengths of segments. */
export interface SegmentSeconds {
  readonly video: number;
  readonly audio: number;
}

const SEGMENT_SECONDS: readonly SegmentSeconds[] = [
  { video: 2, audio: 2 },
  { video: 4, audio: 4 },
  { video: 4, audio: 8 },
  { video: 6, audio: 6 },
];
const AUDIO_BITRATE_BPS = 96_000;
/**
 * Variable bitrate: standard deviation of the logarithm of a scene's complexity, the share of it that remains in
 * the next scene, and its bounds.
 */
const SCENE_SIGMA = 0.28;
const SCENE_PERSISTENCE = 0.6;
const SCENE_LEAST = 0.4;
const SCENE_MOST = 2.2;
/** Range of a segment's size around the size given by the scene. */
const RUNG_SPREAD = 0.06;

/** A rung of a title's ladder. */
export interface Rung {
  readonly heightPx: number;
  /** Mean over the title, video alone. */
  readonly bitrateBps: number;
}

/** A title: a ladder of encodings with its own bitrates and segment lengths. */
export class Title {
  /** By height, ascending. */
  readonly ladder: readonly Rung[];
  readonly audioBitrateBps = AUDIO_BITRATE_BPS;
  readonly videoSegmentSeconds: number;
  readonly audioSegmentSeconds: number;
  readonly #seed: number;
  /** Complexity of each video segment, relative to the mean. */
  readonly #scenes: number[] = [];
  readonly #sceneRandom: Random;
  #deviation = 0;

  /**
   * @param name sizes and lengths depend only on seed and name, so that sessions of one title share them
   * @param lengths null: drawn for the title
   * @param factor the title's bitrates as a multiple of the rungs' nominal ones
   */
  constructor(
    seed: number,
    name: string,
    factor: number,
    heightsPx: readonly number[],
    lengths: SegmentSeconds | null,
  ) {
    this.#seed = deriveSeed(seed, `title ${name}`);
    this.ladder = [...heightsPx]
      .sort((a, b) => a - b)
      .map((heightPx) => ({ heightPx, bitrateBps: nominalBitrateBps(heightPx) * factor }));
    const random = createRandom(deriveSeed(this.#seed, 'lengths'));
    const { video, audio } = lengths ?? SEGMENT_SECONDS[random.integer(SEGMENT_SECONDS.length)]!;
    this.videoSegmentSeconds = video;
    this.audioSegmentSeconds = audio;
    this.#sceneRandom = createRandom(deriveSeed(this.#seed, 'scenes'));
  }

  /** Size of a video segment of the rung, in bytes. */
  videoBytes({ heightPx, bitrateBps }: Rung, index: number): number {
    const own = createRandom(deriveSeed(this.#seed, `video ${heightPx} ${index}`)).uniform() - 0.5;
    const size = this.#sceneAt(index) * (1 + RUNG_SPREAD * own);
    return Math.round((bitrateBps * this.videoSegmentSeconds * size) / 8);
  }

  /** Size of an audio segment, in bytes. */
  audioBytes(index: number): number {
    const own = createRandom(deriveSeed(this.#seed, `audio ${index}`)).integer(400);
    return Math.round((AUDIO_BITRATE_BPS * this.audioSegmentSeconds) / 8) + own;
  }

  #sceneAt(index: number): number {
    while (this.#scenes.length <= index) {
      const fresh = Math.sqrt(1 - SCENE_PERSISTENCE ** 2) * normal(this.#sceneRandom);
      this.#deviation = SCENE_PERSISTENCE * this.#deviation + fresh;
      const size = Math.exp(SCENE_SIGMA * this.#deviation - SCENE_SIGMA ** 2 / 2);
      this.#scenes.push(Math.min(SCENE_MOST, Math.max(SCENE_LEAST, size)));
    }
    return this.#scenes[index]!;
  }
}
