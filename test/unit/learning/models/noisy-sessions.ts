import { createRandom } from '../../../../common/random.js';
import type { FeatureMatrix } from '../../../../learning/fitting/feature-matrix.js';
import type { WindowSequence } from '../../../../learning/smoothing/smooth-sessions.js';

const SESSIONS = 40;
const WINDOWS = 30;

/** Sessions with one of three classes each; the only feature shows the class in about every second window of 10 s. */
export function noisySessions(): {
  features: FeatureMatrix;
  labels: Int32Array;
  sessions: Int32Array;
  windows: WindowSequence;
} {
  const random = createRandom(7);
  const rows = SESSIONS * WINDOWS;
  const sessions = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / WINDOWS));
  const labels = sessions.map((session) => session % 3);
  const values = Float64Array.from(labels, (label) => label + 3 * random.uniform());
  return {
    features: { rows, columns: 1, values, featureNames: ['size'] },
    labels,
    sessions,
    windows: {
      sessions,
      seconds: Float64Array.from({ length: rows }, (_, row) => (row % WINDOWS) * 10),
      hasEvidence: new Uint8Array(rows).fill(1),
    },
  };
}
