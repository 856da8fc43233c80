import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { create } from 'tar';
import { homePaths } from '../../../activities/dependencies.js';
import { StoredFiles } from '../../../activities/stored-files.js';
import { FolderStore } from '../../../store/folder-store.js';
import { localised, named } from '../../../worker/artifact-interceptor.js';

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');
const artifactOf = (text: string): { name: string; sha256: string } => ({
  name: `matrix-${sha256Of(text).slice(0, 16)}.bin`,
  sha256: sha256Of(text),
});

describe('the files that machines share', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-stored-'));
  let store: FolderStore;
  let at: { warehouse: StoredFiles; left: StoredFiles; right: StoredFiles };
  let round = 0;
  const home = (name: string): string => join(folder, String(round), name);

  beforeEach(() => {
    round += 1;
    store = new FolderStore(home('store'));
    const files = (name: string, cacheBytes: number | null): StoredFiles => {
      for (const each of ['artifacts', 'trials', 'decoded'])
        mkdirSync(join(home(name), each), { recursive: true });
      return new StoredFiles(homePaths(home(name)), store, cacheBytes);
    };
    at = { warehouse: files('warehouse', null), left: files('left', 250), right: files('right', 1e9) };
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are artifacts with their hash: one that was damaged on its way does not arrive', async () => {
    const artifact = artifactOf('rows');
    writeFileSync(join(home('left'), 'artifacts', artifact.name), 'rows');
    await at.left.keep(artifact.name);
    await at.right.bring(artifact);
    assert.equal(readFileSync(join(home('right'), 'artifacts', artifact.name), 'utf8'), 'rows');

    const other = artifactOf('others');
    await store.put(`artifacts/${other.name}`, Buffer.from('damaged'));
    await assert.rejects(at.right.bring(other), /has the SHA-256 .*, not /);
    assert.deepEqual(readdirSync(join(home('right'), 'artifacts')), [artifact.name]);
    assert.throws(() => at.right.artifactPath('../warehouse.duckdb'), { name: 'PathNotAllowedError' });
  });

  it('fill a bounded folder: those that were used last stay', async () => {
    const artifacts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(100));
    const long = new Date(Date.now() - 3_600_000);
    for (const text of artifacts) {
      const artifact = artifactOf(text);
      await store.put(`artifacts/${artifact.name}`, Buffer.from(text));
      await at.left.bring(artifact);
      const path = join(home('left'), 'artifacts', artifact.name);
      if (text !== artifacts[0]) utimesSync(path, long, long);
    }
    // 400 bytes were brought, and 250 may stay: the first was used within 15 minutes, the last has just come.
    const left = readdirSync(join(home('left'), 'artifacts'));
    assert.ok(left.includes(artifactOf(artifacts[0]!).name));
    assert.ok(left.includes(artifactOf(artifacts[3]!).name));
    assert.equal(left.length, 2);
  });

  it('are decoded captures in one file, from which nothing but their files comes', async () => {
    const name = 'decoded/0123456789abcde';
    const decoded = join(home('right'), name);
    mkdirSync(decoded);
    writeFileSync(join(decoded, 'packets.columns'), 'packets'.repeat(1000));
    writeFileSync(join(decoded, 'workflow'), 'id');
    const packed = await at.right.pack(decoded);
    assert.ok(packed !== null && packed.bytes < 1000);
    assert.equal(existsSync(decoded), false);
    const there = join(home('warehouse'), name);
    assert.equal(await at.warehouse.unpack(packed, there), true);
    assert.equal(readFileSync(join(there, 'packets.columns'), 'utf8'), 'packets'.repeat(1000));
    await at.warehouse.removePacked(packed);
    assert.equal(await at.warehouse.unpack(packed, there), false);
    await assert.rejects(
      at.warehouse.removePacked({ ...packed, object: 'artifacts/x' }),
      /is no name of a decoded/,
    );
    assert.equal(await at.warehouse.pack(there), null, 'it is where it is loaded');

    // An archive of a hostile machine: a link, and a file with a name of its own.
    const hostile = home('hostile');
    mkdirSync(hostile);
    symlinkSync('/etc/passwd', join(hostile, 'flows.ndjson'));
    writeFileSync(join(hostile, 'Other'), '');
    writeFileSync(join(hostile, 'summary.json'), '{}');
    const file = home('hostile.tgz');
    await create({ file, cwd: hostile, gzip: true }, readdirSync(hostile));
    await store.put(packed.object, file);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    await at.warehouse.unpack({ ...packed, sha256 }, there);
    assert.deepEqual(readdirSync(there), ['summary.json']);
  });

  it('are scored folds, which two machines join and never shorten', async () => {
    const name = `trials/${'0'.repeat(32)}.json`;
    const [left, right] = ['left', 'right'].map((each) => join(home(each), name));
    const folds = (...numbers: number[]): string =>
      JSON.stringify(numbers.map((fold) => ({ score: { fold }, seconds: fold })));
    writeFileSync(left!, folds(0, 1, 2));
    await at.left.keepScores(left!);
    writeFileSync(right!, folds(3));
    await at.right.keepScores(right!);
    assert.equal(readFileSync(right!, 'utf8'), folds(3), 'a thread may be about to write it');
    await at.right.bringScores(right!);
    assert.equal(readFileSync(right!, 'utf8'), folds(0, 1, 2, 3));
    // A late and shorter file changes nothing.
    await at.left.keepScores(left!);
    writeFileSync(left!, 'truncated');
    await at.left.bringScores(left!);
    assert.equal(readFileSync(left!, 'utf8'), folds(0, 1, 2, 3));
  });

  it('have names in histories, and paths where an activity runs', () => {
    const { name, sha256 } = artifactOf('rows');
    const path = (machine: string): string => join(home(machine), 'artifacts', name);
    const foldsPath = `trials/${'0'.repeat(32)}.json`;
    const result = {
      nested: [{ matrix: { name, path: path('left'), sha256, bytes: 4 } }],
      foldsPath: join(home('left'), foldsPath),
      other: { path: '/captures/a.pcap' },
    };
    const wire = named(result, at.left);
    assert.deepEqual(wire.value, {
      nested: [{ matrix: { name, sha256, bytes: 4 } }],
      foldsPath,
      other: { path: '/captures/a.pcap' },
    });
    assert.deepEqual(wire.found, [{ name, sha256 }]);
    const there = localised(wire.value, at.right).value as typeof result;
    assert.equal(there.nested[0]?.matrix.path, path('right'));
    assert.equal(there.foldsPath, join(home('right'), foldsPath));
    // References of earlier versions have the path of the machine that made the file.
    const earlier = localised({ matrix: { path: `/elsewhere/${name}`, sha256 } }, at.right);
    assert.deepEqual(earlier.value, { matrix: { path: path('right'), sha256, name } });
    assert.deepEqual(localised({ path: '/etc/passwd', sha256 }, at.right).found, []);
  });
});
