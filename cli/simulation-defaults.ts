import type { DatasetSpec } from '../simulation/dataset.js';

/** Default simulation: a network path as good as that of a usual home. */
export const SIMULATION_DEFAULTS: Omit<DatasetSpec, 'ladder'> = {
  seed: 1,
  sessions: 25,
  durationSeconds: 120,
  adaptive: false,
  transport: 'mixed',
  loss: 0.001,
  reordering: 0.001,
  snapLength: 96,
};
