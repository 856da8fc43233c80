import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Codec, CODECS, KNOWN_RUNGS_PX } from '../../../../simulation/title/codec-ladders.js';
import { titleEffects } from '../../../../simulation/title/title-effect.js';
import { Title, type AudioCodec } from '../../../../simulation/title/title.js';
import { NO_SHARED_DATA } from '../../../shared-data.js';
import {
  hasPublished,
  lumosChunks,
  publishedAudio,
  publishedLadders,
  sabreSegments,
  youtube2015,
} from './published.js';
import {
  correlation,
  deviation,
  mean,
  median,
  neighbourCorrelation,
  overlap,
  quantile,
  variation,
} from './statistics.js';

const TITLES = 200;
const SEGMENTS = 150;
/** Rungs whose bitrates were not capped in 2015. */
const WATCHED_PX = [360, 480, 720] as const;

const titlesOf = (codec: Codec, audioCodec: AudioCodec = 'aac'): Title[] =>
  titleEffects(1, TITLES).map(
    (effect, index) =>
      new Title({ seed: 1, name: `title-${index}`, effect, codec, audioCodec, heightsPx: KNOWN_RUNGS_PX }),
  );

/** Sizes of the segments of a title at one of its rungs. */
const sizesOf = (title: Title, rung: number, seconds: number): number[] => {
  const track = title.video(title.ladder[rung]!);
  return Array.from({ length: SEGMENTS }, (_, index) =>
    track.bytesBetween(index * seconds, (index + 1) * seconds),
  );
};

const said = (name: string, simulated: number, published: number): string =>
  `${name}: simulated ${simulated.toFixed(3)}, published ${published.toFixed(3)}`;

describe(
  'simulated titles are no easier than published ones',
  { skip: hasPublished() ? false : NO_SHARED_DATA },
  () => {
    for (const codec of CODECS) {
      it(`${codec}: bitrates of each rung, and the ratios of neighbouring rungs`, (t) => {
        const titles = titlesOf(codec);
        const published = publishedLadders(codec);
        for (const [rung, heightPx] of KNOWN_RUNGS_PX.entries()) {
          const centre = mean(titles.map(({ ladder }) => Math.log(ladder[rung]!.bitrateBps)));
          const publishedCentre = mean([...published.get(heightPx)!.values()].map(Math.log));
          const name = `${codec} ${heightPx}p`;
          const kbps = said(`${name} kbit/s`, Math.exp(centre) / 1000, Math.exp(publishedCentre) / 1000);
          t.diagnostic(kbps);
          // Few titles have all rungs, so that the published means are of different titles.
          assert.ok(Math.abs(centre - publishedCentre) < 0.25, kbps);
          if (rung === 0) continue;
          const below = published.get(KNOWN_RUNGS_PX[rung - 1]!)!;
          const publishedRatio = median(
            [...published.get(heightPx)!]
              .map(([title, bps]) => bps / (below.get(title) ?? NaN))
              .filter((ratio) => ratio > 0),
          );
          const ratio = median(
            titles.map(({ ladder }) => ladder[rung]!.bitrateBps / ladder[rung - 1]!.bitrateBps),
          );
          assert.ok(
            Math.abs(Math.log(ratio / publishedRatio)) < 0.2,
            said(`${name}, ratio`, ratio, publishedRatio),
          );
        }
      });

      it(`${codec}: titles differ as much as those that people watched, and rungs overlap as much`, (t) => {
        const titles = titlesOf(codec);
        const simulated = WATCHED_PX.map((heightPx) =>
          titles.map(({ ladder }) => ladder.find((rung) => rung.heightPx === heightPx)!.bitrateBps),
        );
        const published = youtube2015().ladders;
        for (const [rung, heightPx] of WATCHED_PX.entries()) {
          const spread = deviation(simulated[rung]!.map(Math.log));
          const publishedSpread = deviation(published[rung]!.map(Math.log));
          const text = said(`${codec} ${heightPx}p, spread`, spread, publishedSpread);
          t.diagnostic(text);
          assert.ok(spread > 0.8 * publishedSpread && spread < 1.3 * publishedSpread, text);
          if (rung === 0) continue;
          const share = overlap(simulated[rung - 1]!, simulated[rung]!);
          const publishedShare = overlap(published[rung - 1]!, published[rung]!);
          const pairs = said(`${codec} ${heightPx}p, pairs in the wrong order`, share, publishedShare);
          t.diagnostic(pairs);
          assert.ok(share > 0.9 * publishedShare, pairs);
        }
      });
    }

    it('variation of sizes within a rung, over time and between rungs', (t) => {
      const titles = titlesOf('vp9').slice(0, 60);
      const lumos = lumosChunks();
      const published = { lumos: lumos.map(variation), youtube: [...youtube2015().variations] };
      // Lumos has chunks of 2 and 4 s.
      for (const seconds of [2, 4]) {
        const variations = titles.map((title) => variation(sizesOf(title, 3, seconds)));
        for (const [name, values] of Object.entries(published)) {
          const middle = median(variations);
          t.diagnostic(said(`variation of ${seconds} s, ${name}`, middle, median(values)));
          assert.ok(
            middle > 0.9 * median(values) && middle < quantile(values, 0.95),
            said(name, middle, median(values)),
          );
        }
        assert.ok(quantile(variations, 0.1) > 0.3 && quantile(variations, 0.9) < 0.8);
        const memory = median(titles.map((title) => neighbourCorrelation(sizesOf(title, 3, seconds))));
        const memories = lumos.map(neighbourCorrelation);
        t.diagnostic(said(`correlation of neighbours of ${seconds} s`, memory, median(memories)));
        assert.ok(memory > quantile(memories, 0.1) && memory < quantile(memories, 0.9), `${memory}`);
      }
      const together = (left: readonly number[], right: readonly number[]): number =>
        correlation(left.map(Math.log), right.map(Math.log));
      const sabre = sabreSegments();
      const between = median(titles.map((title) => together(sizesOf(title, 2, 3), sizesOf(title, 3, 3))));
      const betweenPublished = median(sabre.slice(1).map((rung, index) => together(sabre[index]!, rung)));
      t.diagnostic(said('correlation of neighbouring rungs', between, betweenPublished));
      assert.ok(Math.abs(between - betweenPublished) < 0.05, said('rungs', between, betweenPublished));
    });

    it('bitrates of audio', () => {
      for (const [audioCodec, itag] of [
        ['aac', '140'],
        ['opus', '251'],
      ] as const) {
        const published = publishedAudio(itag);
        const simulated = titlesOf('vp9', audioCodec)
          .slice(0, 60)
          .map(({ audio }) => (8 * audio.bytesBetween(0, 600)) / 600);
        const [middle, publishedMiddle] = [median(simulated), median(published)];
        assert.ok(Math.abs(middle / publishedMiddle - 1) < 0.03, said(audioCodec, middle, publishedMiddle));
        assert.ok(
          quantile(simulated, 0.05) > 0.97 * quantile(published, 0.05) &&
            quantile(simulated, 0.95) < 1.03 * quantile(published, 0.95),
        );
      }
    });
  },
);
