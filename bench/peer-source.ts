import { join } from 'node:path';
import { projectRoot } from '../common/project-root.js';

/** Path of a file of `bench/peers/`, which is not compiled. */
export function peerSource(...parts: string[]): string {
  return join(projectRoot(), 'bench', 'peers', ...parts);
}
