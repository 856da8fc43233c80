import { writeFileSync } from 'node:fs';
import { createRandom, type Random } from '../../common/random.js';

const RUNGS = [240, 480, 1080] as const;
const SESSIONS = 72;
const WINDOWS = 15;
const COLUMNS = ['10_max_chunksize', 'a', 'b', 'c', 'd', 'e'] as const;

/** Features of a window of this rung (0 to 2), in the order of `COLUMNS`. */
type Window = (rung: number, random: Random) => readonly number[];

const noise = (random: Random, count: number): number[] =>
  Array.from({ length: count }, () => random.uniform());

/** Nothing but the size of the largest segment depends on the resolution, and overlaps between neighbouring rungs. */
export const ruler: Window = (rung, random) => [
  100_000 * (1 + rung + 1.6 * random.uniform()),
  ...noise(random, 5),
];

/** Nothing depends on the resolution. */
export const nothing: Window = (_, random) => noise(random, 6);

/**
 * The resolution shows in the combination of two features only: in which ninth of the square of both a window lies. The
 * sum of row and column, modulo three, is the rung: any single threshold leaves all rungs equally likely.
 */
export const combination: Window = (rung, random) => {
  const row = random.integer(3);
  const column = (rung - row + 3) % 3;
  return [
    random.uniform(),
    row + 0.9 * random.uniform(),
    column + 0.9 * random.uniform(),
    ...noise(random, 3),
  ];
};

/**
 * Writes sessions of one rung each, half of them of the lowest, at four sites, each with three videos.
 *
 * @param sites shares of the sessions
 */
export function writeBaselineDataset(path: string, window: Window, sites: readonly string[]): void {
  const random = createRandom(11);
  const rows = Array.from({ length: SESSIONS }, (_, session) => {
    const site = sites[session % sites.length]!;
    const rung = [0, 1, 0, 2][Math.floor(session / sites.length) % 4]!;
    return Array.from({ length: WINDOWS }, () =>
      [
        `s${session}`,
        RUNGS[rung],
        site,
        `video-${session % 9}`,
        ...window(rung, random).map((value) => value.toFixed(4)),
      ].join(),
    );
  });
  const header = ['session_id', 'resolution', 'place', 'title', ...COLUMNS].join();
  writeFileSync(path, [header, ...rows.flat(), ''].join('\n'));
}
