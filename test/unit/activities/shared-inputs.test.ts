import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { ConfinedFiles } from '../../../activities/confined-files.js';
import { homePaths } from '../../../activities/dependencies.js';
import { SharedInputs } from '../../../activities/shared-inputs.js';
import { FolderStore } from '../../../store/folder-store.js';

describe('captures for other machines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-inputs-'));
  let round = 0;
  const at = (...names: string[]): string => join(folder, String(round), ...names);
  let sender: SharedInputs;
  let reader: SharedInputs;
  let mounting: SharedInputs;

  beforeEach(() => {
    round += 1;
    mkdirSync(at('captures'), { recursive: true });
    const store = new FolderStore(at('store'));
    const inputs = (home: string, roots: string[], mounted: string[], isAtWarehouse: boolean): SharedInputs =>
      new SharedInputs(
        homePaths(at(home)),
        store,
        new ConfinedFiles(at(home), roots),
        mounted,
        isAtWarehouse,
      );
    sender = inputs('warehouse', [at('captures')], [], true);
    reader = inputs('compute', [], [], false);
    mounting = inputs('mounting', [at('captures')], [at('captures')], false);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const capture = (name: string, text: string): string => {
    const path = at('captures', name);
    writeFileSync(path, text);
    return path;
  };
  const contentOf = (inputs: SharedInputs, ...paths: string[]): Promise<string[]> =>
    inputs.use(paths, (found) =>
      Promise.resolve(found.map(({ here, bytes }) => (bytes === 0 ? '' : readFileSync(here, 'utf8')))),
    );

  it('are brought as they were when they were sent, and leave nothing', async () => {
    const path = capture('a.pcap', 'packets');
    await sender.keep([path]);
    await sender.keep([path]);
    assert.deepEqual(await contentOf(reader, path), ['packets']);
    assert.deepEqual(readdirSync(at('compute', 'decoded')), []);
    await assert.rejects(
      reader.use([path], ([found]) => Promise.reject(new Error(`${found?.here}: damaged`))),
      { message: `${path}: damaged` },
    );
    writeFileSync(path, 'changed packets');
    await sender.keep([path]);
    assert.deepEqual(await contentOf(reader, path), ['changed packets']);
  });

  it('are sent again where a rule of the bucket has deleted them', async () => {
    const path = capture('a.pcap', 'packets');
    await sender.keep([path]);
    for (const name of readdirSync(at('store', 'inputs')))
      if (!name.endsWith('.json')) rmSync(at('store', 'inputs', name));
    await sender.keep([path]);
    assert.deepEqual(await contentOf(reader, path), ['packets']);
  });

  it('are not sent, and read where they are, in folders that all machines mount', async () => {
    const path = capture('a.pcap', 'old packets');
    await sender.keep([path]);
    writeFileSync(path, 'new packets');
    await mounting.keep([path]);
    assert.deepEqual(await contentOf(mounting, path), ['new packets']);
    assert.equal(readdirSync(at('store', 'inputs')).length, 2, 'one version and its index');
  });

  it('that grow are read to the size that they had', async () => {
    const path = capture('a.pcap', 'packets');
    await sender.keep([path]);
    const [object] = readdirSync(at('store', 'inputs')).filter((name) => !name.endsWith('.json'));
    appendFileSync(at('store', 'inputs', object!), ' and more');
    assert.equal(await reader.use([path], ([found]) => Promise.resolve(found?.bytes)), 7);
    writeFileSync(at('store', 'inputs', object!), 'pack');
    await assert.rejects(contentOf(reader, path), /has 4 of its 7 bytes: it was cut while it was sent/);
  });

  it('that are nowhere are named with what to do; of several, the others are read', async () => {
    const path = capture('a.pcap', 'packets');
    const gone = at('captures', 'b.pcap');
    await sender.keep([path, gone]);
    assert.deepEqual(await contentOf(reader, path, gone), ['packets', '']);
    for (const inputs of [reader, mounting])
      await assert.rejects(
        contentOf(inputs, gone),
        /b\.pcap: no such file that this worker \(.*\) may read, nor in the store .*: mount its folder on all machines/,
      );
    await assert.rejects(contentOf(sender, gone), /b\.pcap: no such file that this worker/);
  });

  it('that may not be read do not end the sending of the others', async () => {
    const outside = at('outside.pcap');
    writeFileSync(outside, 'of somebody else');
    symlinkSync(outside, at('captures', 'link.pcap'));
    mkdirSync(at('captures', 'folder.pcap'));
    const path = capture('a.pcap', 'packets');
    await sender.keep([at('captures', 'link.pcap'), at('captures', 'folder.pcap'), path]);
    assert.deepEqual(await contentOf(reader, path), ['packets']);
    assert.equal(readdirSync(at('store', 'inputs')).length, 2);
  });
});
