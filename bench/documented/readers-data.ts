import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { writeSimulation } from '../../cli/write-simulation.js';
import { projectRoot } from '../../common/project-root.js';
import { CONSTANT_SIMULATION } from '../../test/constant-simulation.js';
import { convertDataset } from '../../warehouse/datasets/convert-dataset.js';

/** The captures and datasets that the pages name, small enough that a run takes a minute. */
export async function makeReadersData(place: string): Promise<void> {
  const sessions = { ...CONSTANT_SIMULATION, durationSeconds: 60 };
  await writeSimulation({ ...sessions, directory: join(place, 'DIR'), seed: 1, sessions: 20 });
  await writeSimulation({ ...sessions, directory: join(place, 'UNSEEN'), seed: 2, sessions: 5 });
  const [capture = ''] = (await readdir(join(place, 'UNSEEN'))).filter((name) => name.endsWith('.pcap'));
  await pipeline(
    createReadStream(join(place, 'UNSEEN', capture)),
    createGzip(),
    createWriteStream(join(place, 'capture.pcap.gz')),
  );
  await cp(join(place, 'UNSEEN'), join(place, 'captures'), { recursive: true });
  await writeFile(join(place, 'keys'), `2026-11=${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  await symlink(join(projectRoot(), 'examples'), join(place, 'examples'));
  const rungs = [240, 360, 480, 720, 1080];
  const table = (names: readonly string[]): string => {
    const rows = Array.from({ length: 300 }, (_, row) => {
      const [session, window] = [Math.floor(row / 10), row % 10];
      const rung = rungs[session % 5] ?? 0;
      const noise = (Math.imul(row + 7, 2654435761) >>> 8) % 400;
      return [
        `s${session}`,
        rung,
        10 * window,
        `home${session % 6}`,
        rung + noise,
        noise,
        rung * 2 + 3 * noise,
      ].join();
    });
    return [[...names, 'largest', 'gap', 'total'].join(), ...rows, ''].join('\n');
  };
  await writeFile(join(place, 'windows.csv'), table(['play_id', 'height', 'second', 'household']));
  // Formats are recognised by content: Parquet may have the name of a pickle.
  const known = join(place, 'known.csv');
  await writeFile(known, table(['session_id', 'resolution', 'relative_timestamp', 'home_id']));
  await convertDataset(known, 'csv', join(place, 'windows.pkl'));
  await convertDataset(known, 'csv', join(place, 'windows.parquet'));
  const published = (await readFile(known, 'utf8')).replace(
    'largest,gap,total',
    '10_max_chunksize,down_chunk_iat_avg,cumsum_diff',
  );
  await writeFile(known, published);
  await convertDataset(known, 'csv', join(place, 'netflix_dataset.pkl'));
}
