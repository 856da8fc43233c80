import { createRandom, deriveSeed, type Random } from '../../common/random.js';
import { normal } from '../engine/normal.js';
import { type Codec, rungBitrate } from './codec-ladders.js';
import { MediaTrack } from './media-track.js';
import { titleEffect } from './title-effect.js';
import { Variation } from './variation.js';

/**
 * Range of the standard deviation of a second's size, as a logarithm, over titles. Segments of 2 to 4 s then have the
 * coefficients of variation of real deliveries: 0.40 to 0.59 in the sessions of Lumos, 0.35 to 0.46 in most videos of
 * YouTube in 2015 (csieber/yt-dataset).
 */
const LEAST_SIGMA = 0.42;
const MOST_SIGMA = 0.68;
/** The same for what only one rung of a title does: rungs of one title vary together (0.88 to 0.99 in sabre's Big Buck Bunny). */
const RUNG_SIGMA = 0.08;
/** Largest deviation of a rung or a sound track from others of its kind, in standard deviations. */
const MOST_DEVIATION = 1.5;
/** A rung needs at least this much more than the one below. */
const LEAST_RATIO = 1.1;

/**
 * Bitrates of audio over titles, mean and standard deviation: AAC (itag 140) is the same for every title, Opus (itag
 * 251) differs, over 52 and 118 YouTube formats. And the variation of a second's size, as a logarithm.
 */
const AUDIO = {
  aac: { bps: 129_480, spreadBps: 150, sigma: 0.01 },
  opus: { bps: 132_000, spreadBps: 10_000, sigma: 0.06 },
} as const;
export type AudioCodec = keyof typeof AUDIO;

/** A rung of a title's ladder. */
export interface Rung {
  readonly heightPx: number;
  /** Mean over the title, video alone. */
  readonly bitrateBps: number;
}

/** What determines a title and its encodings. */
export interface TitleSpec {
  /** Sizes depend only on seed, name and codecs, so that sessions of one title share them. */
  readonly seed: number;
  readonly name: string;
  /** Effect of the title on all bitrates, in standard deviations over titles. Default: drawn from seed and name. */
  readonly effect?: number | undefined;
  readonly codec: Codec;
  readonly audioCodec: AudioCodec;
  /** Heights of the ladder in pixels. */
  readonly heightsPx: readonly number[];
}

/** A title: a ladder of encodings with its own bitrates and its own variation over time. */
export class Title {
  /** By height, ascending. */
  readonly ladder: readonly Rung[];
  readonly audioBitrateBps: number;
  readonly audio: MediaTrack;
  readonly #video: ReadonlyMap<number, MediaTrack>;

  /** @throws RangeError for an unknown rung */
  constructor({ seed, name, effect, codec, audioCodec, heightsPx }: TitleSpec) {
    const own = deriveSeed(seed, `title ${name}`);
    const randomFor = (part: string): Random => createRandom(deriveSeed(own, part));
    this.ladder = drawLadder(
      codec,
      heightsPx,
      effect ?? titleEffect(seed, name),
      randomFor(`ladder ${codec}`),
    );
    const picture = randomFor('picture');
    const variation = new Variation(picture, LEAST_SIGMA + (MOST_SIGMA - LEAST_SIGMA) * picture.uniform());
    this.#video = new Map(
      this.ladder.map(({ heightPx, bitrateBps }) => {
        const rungAlone = new Variation(randomFor(`${codec} ${heightPx}`), RUNG_SIGMA);
        const track = new MediaTrack(
          (second) => (bitrateBps / 8) * variation.at(second) * rungAlone.at(second),
        );
        return [heightPx, track];
      }),
    );
    const { bps, spreadBps, sigma } = AUDIO[audioCodec];
    const sound = randomFor(`audio ${audioCodec}`);
    const bitrateBps = bps + spreadBps * limited(normal(sound));
    const volume = new Variation(sound, sigma);
    this.audioBitrateBps = bitrateBps;
    this.audio = new MediaTrack((second) => (bitrateBps / 8) * volume.at(second));
  }

  /** The encoding of a rung of the ladder. */
  video({ heightPx }: Rung): MediaTrack {
    return this.#video.get(heightPx)!;
  }
}

/** Draws beyond the range of the fitted ladders are none of them. */
const limited = (deviation: number): number => Math.max(-MOST_DEVIATION, Math.min(MOST_DEVIATION, deviation));

function drawLadder(codec: Codec, heightsPx: readonly number[], effect: number, random: Random): Rung[] {
  const ladder: Rung[] = [];
  for (const heightPx of [...heightsPx].sort((a, b) => a - b)) {
    const { bps, titleSigma, ownSigma } = rungBitrate(codec, heightPx);
    const drawn = bps * Math.exp(titleSigma * effect + ownSigma * limited(normal(random)));
    const below = ladder.at(-1)?.bitrateBps ?? 0;
    ladder.push({ heightPx, bitrateBps: Math.max(drawn, LEAST_RATIO * below) });
  }
  return ladder;
}
