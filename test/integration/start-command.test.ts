import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { repositoryRoot } from '../shared-data.js';
import { writeSmallDataset } from './small-dataset.js';
import { testServer } from './worker-process.js';

describe('vqi start', { timeout: 120_000 }, () => {
  it('says why a trial was taken that did not score highest', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-start-'));
    const server = await testServer(join(folder, 'temporal'));
    try {
      writeSmallDataset(join(folder, 'dataset.csv'));
      const config = {
        source: { kind: 'dataset', path: join(folder, 'dataset.csv') },
        search: {
          trials: 0,
          settings: [
            { family: 'extra-trees', trees: 1, maxDepth: 1 },
            { family: 'random-forest', trees: 50 },
          ],
          families: ['extra-trees', 'random-forest'],
          standardErrors: 10,
        },
      };
      writeFileSync(join(folder, 'run.json'), JSON.stringify(config));
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        [
          join(repositoryRoot(), 'dist', 'cli', 'main.js'),
          'start',
          '--config',
          join(folder, 'run.json'),
          '--exit',
        ],
        {
          env: {
            ...process.env,
            VQI_HOME: join(folder, 'home'),
            TEMPORAL_ADDRESS: server.address,
            VQI_THREADS: '1',
          },
        },
      );
      const said = stderr.match(
        /^warning: trial 1 \(extra-trees, .*\) was taken before trial 2 \(random-forest, /gm,
      );
      assert.equal(said?.length, 1, stderr);
      assert.match(stdout, /trial 1, extra-trees/);
    } finally {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
