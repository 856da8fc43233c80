import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
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

describe('file lock of a process that cannot be seen', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vqi-lock-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const ofElsewhere = JSON.stringify({
    ...{ token: 'elsewhere', pid: process.pid, identity: processIdentity(process.pid), details: {} },
    scope: 'another machine',
  });
  const touchedAgo = async (path: string, seconds: number): Promise<void> => {
    const time = new Date(Date.now() - seconds * 1000);
    await utimes(path, time, time);
  };

  it('is refused while its file is touched, and free when it is not any more', async () => {
    const path = join(folder, 'lock.json');
    await writeFile(path, ofElsewhere);
    assert.ok(!(await acquireFileLock(path)).acquired);
    await touchedAgo(path, 60);
    assert.ok((await acquireFileLock(path)).acquired);
  });

  it('is refused if the clock of the other machine is late', async () => {
    const path = join(folder, 'late.json');
    await writeFile(path, ofElsewhere);
    await touchedAgo(path, 3600);
    const beat = setInterval(() => void touchedAgo(path, 3590), 1000);
    try {
      assert.ok(!(await acquireFileLock(path)).acquired);
    } finally {
      clearInterval(beat);
    }
  });

  it('is touched by its holder, who notices that it was taken', async () => {
    const path = join(folder, 'held.json');
    const attempt = await acquireFileLock(path);
    assert.ok(attempt.acquired);
    await touchedAgo(path, 60);
    for (let rounds = 0; Date.now() - (await stat(path)).mtimeMs > 30_000; rounds++) {
      assert.ok(rounds < 100);
      await delay(100);
    }
    await writeFile(path, ofElsewhere);
    assert.ok(await Promise.race([attempt.lock.lost.then(() => true), delay(20_000, false)]));
    await attempt.lock.release();
    assert.equal((await readLock(path))?.token, 'elsewhere');
  });

  it('is refused to a process in another PID namespace, as in a container', async (context) => {
    const path = join(folder, 'container.json');
    const module = new URL('../../../server/file-lock.js', import.meta.url).href;
    const script = `const { acquireFileLock } = await import(${JSON.stringify(module)});
      console.log((await acquireFileLock(${JSON.stringify(path)})).acquired);`;
    const attempt = await acquireFileLock(path);
    assert.ok(attempt.acquired);
    const inside = spawnSync(
      'unshare',
      ['--pid', '--fork', '--mount-proc', process.execPath, '--input-type=module', '-e', script],
      { encoding: 'utf8' },
    );
    if (inside.status !== 0) context.skip(`no PID namespace can be made here: ${inside.stderr.trim()}`);
    else assert.equal(inside.stdout.trim(), 'false');
    await attempt.lock.release();
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
