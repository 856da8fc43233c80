import type { SharpnessOf, TemperatureScaling } from './temperature.js';

/** Held-out predictions that a calibration is learnt from. */
export interface HeldOutPredictions {
  /** rows x classes, row-major. */
  readonly probabilities: Float64Array;
  /** Class of each row. */
  readonly labels: Int32Array;
  /** Session of each row. */
  readonly groups: Int32Array;
  readonly classCount: number;
}

const FLOORS = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2];

/** Logarithms of the least and greatest temperature. */
const RANGE = Math.log(20);
const SECTIONS = 40;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Temperature scaling (Guo et al., "On calibration of modern neural networks", ICML 2017) with a floor added to the
 * probabilities; both minimise the log loss of held-out rows. Every session has the same weight, since its windows
 * resemble each other. Only two parameters: on 80 real sessions a scale and an offset per class gained nothing, and
 * isotonic regression per class was worse.
 *
 * @param present classes with training rows, ascending
 */
export function fitTemperature(
  held: HeldOutPredictions,
  present: readonly number[],
  sharpnessOf: SharpnessOf = (_, ofAll) => ofAll,
): TemperatureScaling {
  const weights = sessionWeights(held.groups);
  let best = { loss: Infinity, temperature: 1, floor: FLOORS[0]! };
  for (const floor of FLOORS) {
    const scores = scoresOf(held, present, floor);
    const lossAt = (logTemperature: number): number =>
      weightedLoss(scores, weights, present.length, (row) => sharpnessOf(row, Math.exp(-logTemperature)));
    const logTemperature = leastOf(lossAt);
    const loss = lossAt(logTemperature);
    if (loss < best.loss) best = { loss, temperature: Math.exp(logTemperature), floor };
  }
  return {
    kind: 'temperature',
    version: 1,
    temperature: Number(best.temperature.toPrecision(6)),
    floor: best.floor,
    present: [...present],
  };
}

/** Weight of each row: every group's rows sum to 1 over the number of groups. */
function sessionWeights(groups: Int32Array): Float64Array {
  const counts = new Map<number, number>();
  for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  return Float64Array.from(groups, (group) => 1 / (counts.get(group)! * counts.size));
}

/** By row, log(p + floor) of the classes present minus that of the true class. */
function scoresOf(
  { probabilities, labels, classCount }: HeldOutPredictions,
  present: readonly number[],
  floor: number,
): Float64Array {
  const scores = new Float64Array(labels.length * present.length);
  for (let row = 0; row < labels.length; row++) {
    const ofTruth = Math.log(probabilities[row * classCount + labels[row]!]! + floor);
    for (let rank = 0; rank < present.length; rank++) {
      scores[row * present.length + rank] =
        Math.log(probabilities[row * classCount + present[rank]!]! + floor) - ofTruth;
    }
  }
  return scores;
}

function weightedLoss(
  scores: Float64Array,
  weights: Float64Array,
  width: number,
  sharpnessOf: (row: number) => number,
): number {
  let loss = 0;
  for (let row = 0, at = 0; row < weights.length; row++) {
    let sum = 0;
    const sharpness = sharpnessOf(row);
    for (let rank = 0; rank < width; rank++) sum += Math.exp(sharpness * scores[at++]!);
    loss += weights[row]! * Math.log(sum);
  }
  return loss;
}

/** Golden-section search: the loss has one minimum. */
function leastOf(lossAt: (x: number) => number): number {
  let low = -RANGE;
  let high = RANGE;
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let ofLeft = lossAt(left);
  let ofRight = lossAt(right);
  for (let section = 0; section < SECTIONS; section++) {
    if (ofLeft <= ofRight) {
      high = right;
      right = left;
      ofRight = ofLeft;
      left = high - GOLDEN * (high - low);
      ofLeft = lossAt(left);
    } else {
      low = left;
      left = right;
      ofLeft = ofRight;
      right = low + GOLDEN * (high - low);
      ofRight = lossAt(right);
    }
  }
  return (low + high) / 2;
}
