import { createRandom, type Random } from '../common/random.js';

/** A labelled data set: rows x columns, row-major. */
export interface LearningRows {
  readonly rows: number;
  readonly columns: number;
  readonly classCount: number;
  /** Exact in float32, so that libraries of either precision get the same values; NaN = missing. */
  readonly values: Float64Array;
  readonly labels: Int32Array;
  /** Session of each row. */
  readonly groups: Int32Array;
}

const CLASS_SHARES = [0.36, 0.27, 0.2, 0.12, 0.05];
const ROWS_PER_SESSION = 30;
const FACTORS = 24;
/** Distance of neighbouring classes in a factor. Sessions scatter by 1.2 around their class, windows by 0.8 more. */
const CLASS_STEP = 0.6;
const MISSING_SHARE = 0.05;

/**
 * Generates rows like those of a pipeline run, from a seed: sessions of 30 windows with one class each, five
 * classes of 36 to 5 %, hidden factors that differ by class (not always in order), session and window, and
 * columns that mix three factors with noise: heavy-tailed sums, counts with few distinct values, shares
 * between 0 and 1, and columns of pure noise. One column in ten lacks 5 % of its values.
 */
export function learningRows(rows: number, columns: number, seed: number): LearningRows {
  const random = createRandom(seed);
  const normal = normalFrom(random);
  const classCount = CLASS_SHARES.length;
  const classMeans = Array.from({ length: FACTORS }, (_, factor) =>
    CLASS_SHARES.map((_share, label) =>
      factor % 3 === 0 ? CLASS_STEP * label : CLASS_STEP * 0.8 * normal(),
    ),
  );
  const shown = Array.from({ length: columns }, () => ({
    factors: Array.from({ length: 3 }, () => random.integer(FACTORS)),
    weights: Array.from({ length: 3 }, normal),
    noise: 0.5 + 1.5 * random.uniform(),
    kind: random.integer(5),
    hasMissing: random.integer(10) === 0,
  }));
  const values = new Float64Array(rows * columns);
  const labels = new Int32Array(rows);
  const groups = new Int32Array(rows);
  const factors = new Float64Array(FACTORS);
  let session = { label: 0, offsets: [] as number[] };
  for (let row = 0; row < rows; row++) {
    if (row % ROWS_PER_SESSION === 0) {
      session = { label: drawClass(random), offsets: Array.from({ length: FACTORS }, () => 1.2 * normal()) };
    }
    labels[row] = session.label;
    groups[row] = Math.floor(row / ROWS_PER_SESSION);
    for (let factor = 0; factor < FACTORS; factor++) {
      factors[factor] = classMeans[factor]![session.label]! + session.offsets[factor]! + 0.8 * normal();
    }
    for (let column = 0; column < columns; column++) {
      const { factors: of, weights, noise, kind, hasMissing } = shown[column]!;
      let score = noise * normal();
      if (kind !== 4) for (let at = 0; at < of.length; at++) score += weights[at]! * factors[of[at]!]!;
      const isMissing = hasMissing && random.uniform() < MISSING_SHARE;
      values[row * columns + column] = isMissing ? NaN : Math.fround(shapeOf(kind, score));
    }
  }
  return { rows, columns, classCount, values, labels, groups };
}

function shapeOf(kind: number, score: number): number {
  switch (kind) {
    case 0:
      return 1000 * Math.exp(score);
    case 1:
      return Math.max(0, Math.round(4 + 3 * score));
    case 2:
      return 1 / (1 + Math.exp(-score));
    default:
      return score;
  }
}

function drawClass(random: Random): number {
  let left = random.uniform();
  return Math.max(
    0,
    CLASS_SHARES.findIndex((share) => (left -= share) < 0),
  );
}

/** Normal numbers by the Box-Muller transform. */
function normalFrom(random: Random): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}
