import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { acquireFileLock, readLock } from '../../../server/file-lock.js';
import { processIdentity } from '../../../server/process-identity.js';

describe('file lock', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vqi-lock-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is refused while its holder lives, and free after release', async () => {
    const path = join(folder, 'live', 'lock.json');
    const first = await acquireFileLock(path);
    assert.ok(first.acquired);
    assert.equal(first.previous, null);
    await first.lock.update({ address: '127.0.0.1:1' });

    const second = await acquireFileLock(path);
    assert.ok(!second.acquired);
    assert.equal(second.holder.pid, process.pid);
    assert.deepEqual(second.holder.details, { address: '127.0.0.1:1' });

    await first.lock.release();
    assert.equal(await readLock(path), null);
    assert.ok((await acquireFileLock(path)).acquired);
    assert.deepEqual(await readdir(join(folder, 'live')), ['lock.json']);
  });

  it('is taken from a dead holder, with the details that it left', async () => {
    const path = join(folder, 'dead.json');
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(child, 'exit');
    const details = { serverPid: 7 };
    await writeFile(path, JSON.stringify({ token: 'old', pid: child.pid, identity: 'any', details }));
    const attempt = await acquireFileLock(path);
    assert.ok(attempt.acquired);
    assert.deepEqual(attempt.previous?.details, details);
  });

  it('is taken when the process id of its holder belongs to another process', async () => {
    const path = join(folder, 'reused.json');
    await writeFile(
      path,
      JSON.stringify({ token: 'old', pid: process.pid, identity: 'an earlier process', details: {} }),
    );
    assert.ok((await acquireFileLock(path)).acquired);
  });

  it('is taken when its file is unreadable', async () => {
    const path = join(folder, 'unreadable.json');
    await writeFile(path, '{"token":');
    assert.ok((await acquireFileLock(path)).acquired);
  });

  it('goes to only one of many simultaneous attempts after a dead holder', async () => {
    const path = join(folder, 'race.json');
    for (let round = 0; round < 20; round++) {
      await writeFile(path, JSON.stringify({ token: 'old', pid: 1, identity: 'gone', details: {} }));
      const attempts = await Promise.all(Array.from({ length: 8 }, () => acquireFileLock(path)));
      assert.equal(attempts.filter((attempt) => attempt.acquired).length, 1);
    }
  });

  it('is taken once if processes died while they took it from a dead holder, and leaves no file behind', async () => {
    const taken = join(folder, 'taken');
    const path = join(taken, 'race.json');
    await mkdir(taken);
    const dead = (token: string): string => JSON.stringify({ token, pid: 1, identity: 'gone', details: {} });
    for (let round = 0; round < 20; round++) {
      await writeFile(path, dead('old'));
      await writeFile(`${path}.after-old`, dead('second'));
      await writeFile(`${path}.after-second`, [dead('third'), '', '{"token":'][round % 3]!);
      const attempts = await Promise.all(Array.from({ length: 8 }, () => acquireFileLock(path)));
      assert.equal(attempts.filter((attempt) => attempt.acquired).length, 1);
      assert.deepEqual(await readdir(taken), ['race.json']);
    }
  });

  it('is refused while a live process takes it from a dead holder', async () => {
    const path = join(folder, 'claimed.json');
    const record = { details: {}, token: 'live', pid: process.pid, identity: processIdentity(process.pid) };
    await writeFile(path, JSON.stringify({ token: 'old', pid: 1, identity: 'gone', details: {} }));
    await writeFile(`${path}.after-old`, JSON.stringify(record));
    assert.deepEqual(await acquireFileLock(path), { acquired: false, holder: record });
  });
});

describe('process identity', () => {
  it('is stable for a live process and null for none', () => {
    assert.notEqual(processIdentity(process.pid), null);
    assert.equal(processIdentity(process.pid), processIdentity(process.pid));
    assert.notEqual(processIdentity(process.pid), processIdentity(process.ppid));
    assert.equal(processIdentity(2 ** 22 + 1), null);
  });
});
