import type { DatasetSpec } from '../simulation/dataset.js';
import { KNOWN_RUNGS_PX } from '../simulation/title/codec-ladders.js';

/** Default simulation: viewers of YouTube at home, with one kind of player, as in most folders of captures. */
export const SIMULATION_DEFAULTS: DatasetSpec = {
  seed: 1,
  sessions: 25,
  durationSeconds: 180,
  service: 'youtube',
  codec: 'vp9',
  ladder: KNOWN_RUNGS_PX,
  adaptive: true,
  transport: 'mixed',
  otherTraffic: true,
  loss: 0.001,
  reordering: 0.001,
  snapLength: 96,
};
