import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { BenchRuns } from '../../../../bench/accuracy/bench-runs.js';

describe('commands of the accuracy bench', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-bench-runs-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are run once, and listed whenever their result is used', async () => {
    const simulate = ['simulate', '--sessions', '1', '--duration', '10', '--seed', '1'];
    const file = (out: string): string => join(out, 'simulation.json');
    const out = await new BenchRuns(folder, 'key').folder('a', 'simulation.json', simulate);
    assert.ok(existsSync(file(out)));
    const { mtimeMs } = statSync(file(out));
    const later = new BenchRuns(folder, 'key');
    assert.equal(await later.folder('a', 'simulation.json', simulate), out);
    assert.equal(statSync(file(out)).mtimeMs, mtimeMs);
    assert.deepEqual(later.commands, [
      `VQI_HOME=${folder} npm run vqi -- simulate --sessions 1 --duration 10 --seed 1 --out ${out}`,
    ]);
    // The captures of a joint sessions file are in folders that no command names.
    const joint = new BenchRuns(folder, 'key', ['/captures/a b']);
    await joint.folder('a', 'simulation.json', simulate);
    assert.deepEqual(joint.commands, [
      `VQI_HOME=${folder} VQI_INPUT_ROOTS='${process.cwd()}:/captures/a b' npm run vqi -- simulate --sessions 1 --duration 10 --seed 1 --out ${out}`,
    ]);
    assert.notEqual(new BenchRuns(folder, 'other').made('a'), out);
  });

  it('fail with the reason that they gave', async () => {
    const runs = new BenchRuns(folder, 'key');
    await assert.rejects(
      runs.folder('b', 'splicing.json', ['splice', '--data', join(folder, 'nowhere')]),
      /vqi splice failed: .*nowhere\/sessions\.csv: no such file/,
    );
  });
});
