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
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { ConfinedFiles } from '../../../activities/confined-files.js';
import { homePaths } from '../../../activities/dependencies.js';
import { SharedInputs } from '../../../activities/shared-inputs.js';
import { FolderStore } from '../../../store/folder-store.js';
import { NO_S3_SERVER, S3Server } from '../../s3-server.js';

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

describe('captures in a bucket, for other machines', { skip: NO_S3_SERVER }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-inputs-'));
  const at = (...names: string[]): string => join(folder, ...names);
  const earlier = { ...process.env };
  const path = 's3://captures/a.pcap';
  let server: S3Server;
  const machine = (home: string, roots: string[], isAtWarehouse: boolean): SharedInputs =>
    new SharedInputs(
      homePaths(at(home)),
      new FolderStore(at('store')),
      new ConfinedFiles(at(home), roots),
      [],
      isAtWarehouse,
    );
  const contentOf = (inputs: SharedInputs, ...paths: string[]): Promise<string[]> =>
    inputs.use(paths, (found) =>
      Promise.resolve(found.map(({ here, bytes }) => (bytes === 0 ? '' : readFileSync(here, 'utf8')))),
    );

  before(async () => {
    server = await S3Server.start(at('s3'));
    Object.assign(process.env, server.env);
    mkdirSync(server.at('captures'));
    for (const name of ['a.pcap', 'b.pcap', 'c.x.pcap.gz'])
      writeFileSync(server.at('captures', name), `packets of ${name}`);
  });
  after(async () => {
    await server.stop();
    process.env = earlier;
    rmSync(folder, { recursive: true, force: true });
  });

  it('are brought by the machine that decodes, if the machine of the warehouse allows it, and leave nothing', async () => {
    const owner = machine('owner', ['s3://captures'], true);
    const computer = machine('computer', [], false);
    await assert.rejects(contentOf(computer, path), {
      name: 'PathNotAllowedError',
      message: /^s3:\/\/captures\/a\.pcap is not in a folder that this worker reads/,
    });
    await machine('stranger', [], true).keep([path]);
    await assert.rejects(contentOf(computer, path), { name: 'PathNotAllowedError' });
    await owner.keep([path, 's3://captures/c.x.pcap.gz', 's3://captures/gone']);
    assert.deepEqual(await contentOf(computer, path, 's3://captures/gone'), ['packets of a.pcap', '']);
    const [size = 0, endings] = await computer.use(['s3://captures/c.x.pcap.gz'], ([found]) =>
      Promise.resolve([found?.bytes, found?.here.replace(/^.*\.tmp/, '')]),
    );
    assert.deepEqual([size, endings], ['packets of c.x.pcap.gz'.length, '.x.pcap.gz']);
    assert.deepEqual(await contentOf(machine('free', ['s3://captures'], false), 's3://captures/b.pcap'), [
      'packets of b.pcap',
    ]);
    assert.deepEqual(readdirSync(at('computer', 'decoded')), []);
    assert.ok(readdirSync(at('store', 'inputs')).every((name) => name.endsWith('-planned.json')));
  });

  it('that cannot be had are named, with the place and the machine', async () => {
    const owner = machine('owner', ['s3://captures'], true);
    await assert.rejects(contentOf(owner, 's3://captures/gone'), {
      name: 'InputFileError',
      message: new RegExp(`^s3://captures/gone: no such object, says the worker on ${hostname()}$`),
    });
    process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong';
    await owner.keep([path]);
    await assert.rejects(contentOf(machine('poor', [], false), path), {
      name: 'StoreError',
      message: `s3://captures at ${server.endpoint} could not look up a.pcap: access is denied; see docs/cluster.md for its settings (the worker on ${hostname()})`,
    });
    process.env = { ...earlier, ...server.env };
  });
});
