import { DATASET_LADDER_PX } from '../schemas/run-config.js';
import type { DatasetSpec } from '../simulation/dataset.js';

/** Simulated sessions of Netflix, each at one labelled resolution, with nothing beside it: `sim-0240-01` and so on. */
export const CONSTANT_SIMULATION = {
  service: 'netflix',
  ladder: DATASET_LADDER_PX,
  adaptive: false,
  otherTraffic: false,
} as const satisfies Partial<DatasetSpec>;
