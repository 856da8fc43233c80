import type { DatasetSpec } from '../simulation/dataset.js';
import { KNOWN_RUNGS_PX } from '../simulation/title/codec-ladders.js';

/** Default simulation: viewers of YouTube at home, with usual codecs, paths and other traffic. */
export const SIMULATION_DEFAULTS: DatasetSpec = {
  seed: 1,
  sessions: 25,
  durationSeconds: 180,
  service: 'youtube',
  codec: 'mixed',
  ladder: KNOWN_RUNGS_PX,
  adaptive: true,
  transport: 'mixed',
  otherTraffic: true,
  loss: 0.001,
  reordering: 0.001,
  snapLength: 96,
};
