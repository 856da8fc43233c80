import type { DatasetSpec } from '../simulation/dataset.js';

/** What is simulated unless told otherwise: a path as good as a home's usually is. */
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
