import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../common/project-root.js';
import { sharedData } from '../shared-data.js';
import type { Fixture } from './fuzz-case.js';

/** Bytes read from the beginning of each capture. */
const MAX_BYTES = 30_000;

/** The captures of the repository and, if present, of the shared data, ordered by name. */
export function readFixtures(): Fixture[] {
  const folders = [join(projectRoot(), 'test', 'golden', 'capture'), sharedData('pcaps')];
  return folders.flatMap((folder) => {
    if (folder === null) return [];
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(pcap|pcapng|cap|ntar)$/.test(name))
      .sort()
      .map((name) => ({ name, bytes: readFileSync(join(folder, name)).subarray(0, MAX_BYTES) }));
  });
}
