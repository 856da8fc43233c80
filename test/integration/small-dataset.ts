import { writeFileSync } from 'node:fs';
import { createRandom } from '../../common/random.js';

/** 60 sessions of 20 windows; the features depend on the rung, with noise. */
export function writeSmallDataset(path: string): void {
  const random = createRandom(5);
  const rows = Array.from({ length: 60 }, (_, session) => {
    const rung = session % 3;
    const quality = random.uniform();
    return Array.from({ length: 20 }, () => {
      const noise = (): string => (random.uniform() * 3 + rung * 0.6 + quality).toFixed(4);
      return `s${session},${[240, 480, 1080][rung]},${Array.from({ length: 8 }, noise).join()}`;
    });
  });
  const features = Array.from({ length: 8 }, (_, column) => `f${column}`);
  writeFileSync(path, [['session_id', 'resolution', ...features].join(), ...rows.flat(), ''].join('\n'));
}
