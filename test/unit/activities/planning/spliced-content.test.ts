import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { ConfinedFiles } from '../../../../activities/confined-files.js';
import { splicedContent } from '../../../../activities/planning/spliced-content.js';
import { SPLICING_VERSION } from '../../../../schemas/splicing.js';

it('refuses a folder that another version spliced, with one advice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-spliced-'));
  const files = new ConfinedFiles(join(folder, 'home'), [folder]);
  try {
    assert.deepEqual(await splicedContent(folder, files), []);
    const piece = {
      ...{ sessionId: 'a', capture: 'a.pcap', contentHash: 'c4eb932ec63daae1', resolutionPx: 360 },
      ...{ fromUs: 0, toUs: 1, atUs: 0, packets: 1, lookUps: 0 },
    };
    const manifest = (version: number): string =>
      JSON.stringify({
        ...{ spliced: true, version, seed: 1, pieceSeconds: [20, 40] },
        sessions: [{ sessionId: 's', capture: 's.pcap', pieces: [piece, piece] }],
      });
    const path = join(folder, 'splicing.json');
    writeFileSync(path, manifest(SPLICING_VERSION));
    assert.equal((await splicedContent(folder, files)).length, 2);
    writeFileSync(path, manifest(SPLICING_VERSION - 1));
    await assert.rejects(splicedContent(folder, files), ({ name, message }: Error) => {
      assert.equal(name, 'ConfigError');
      assert.ok(message.startsWith(`${path} cannot be used:\n`));
      return message.match(/splice the folder again/g)?.length === 1;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
