import { join } from 'node:path';
import { projectRoot } from '../warehouse/project-root.js';

/** Path of a file of `bench/peers/`, which is not compiled. */
export function peerSource(...parts: string[]): string {
  return join(projectRoot(), 'bench', 'peers', ...parts);
}
