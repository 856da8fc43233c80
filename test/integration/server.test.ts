import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { checkServer } from '../../server/check-server.js';
import {
  ensureServer as ensure,
  type EnsureServerOptions,
  type TemporalServer,
} from '../../server/connect.js';
import { findOnPath } from '../../server/find-on-path.js';
import { findTemporalCli } from '../../server/find-temporal-cli.js';
import { freePort } from '../../server/free-port.js';
import { processIdentity } from '../../server/process-identity.js';
import { ServerAccess } from '../../server/server-access.js';
import { readServerRecord } from '../../server/server-record.js';

const PATH = process.env['PATH'] ?? '';
const CACHE_DIR = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'vqi');
const CONNECT_URL = new URL('../../server/connect.js', import.meta.url).href;
/** A separate process that starts a server like a command does, prints it, and then only waits. */
const PARENT = `
  const { ensureServer } = await import(process.argv[2]);
  const server = await ensureServer({ ...JSON.parse(process.argv[3]), log: console.error });
  console.log(JSON.stringify(server));
  setInterval(() => undefined, 1000);
`;

describe('a Temporal server that is started here', { timeout: 900_000 }, () => {
  let root = '';
  let temporalCli = '';
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'vqi-server-'));
    temporalCli = await findTemporalCli({
      explicit: process.env['VQI_TEMPORAL_CLI'],
      path: PATH,
      cacheDir: CACHE_DIR,
      log: console.error,
    });
  });
  after(async () => {
    for (const server of started) await server.stop();
    await rm(root, { recursive: true, force: true });
  });

  const started: TemporalServer[] = [];
  const ensureServer = async (options: EnsureServerOptions) => {
    const server = await ensure(options);
    started.push(server);
    return server;
  };
  const optionsFor = async (name: string): Promise<EnsureServerOptions> => ({
    stateDir: join(root, name),
    cacheDir: CACHE_DIR,
    temporalCli,
    path: PATH,
    log: () => undefined,
    port: await freePort(0),
    uiPort: await freePort(0),
  });
  const idsOf = async (stateDir: string) => {
    const { ownerPid, record } = await readServerRecord(stateDir);
    assert.ok(ownerPid !== null && record !== null);
    return { ownerPid, serverPid: record.serverPid };
  };
  const startParent = async (options: EnsureServerOptions) => {
    const file = join(root, 'parent.mjs');
    await writeFile(file, PARENT);
    const parent = spawn(process.execPath, [file, CONNECT_URL, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface(parent.stdout), 'line');
    return parent;
  };

  it('starts, keeps closed runs 90 days, serves a second caller, and ends', async () => {
    const options = await optionsFor('first');
    const server = await ensureServer(options);
    const second = await ensureServer(options);
    assert.deepEqual([server.owned, second.owned], [true, false]);
    assert.deepEqual([second.address, second.uiAddress], [server.address, server.uiAddress]);
    assert.equal(server.address, `127.0.0.1:${options.port ?? 0}`);
    assert.equal((await fetch(server.uiAddress ?? '')).status, 200);

    const connection = await Connection.connect({ address: server.address });
    const { config } = await connection.workflowService.describeNamespace({ namespace: server.namespace });
    assert.equal(tsToMs(config?.workflowExecutionRetentionTtl), 90 * 86_400_000);
    await connection.close();

    const { ownerPid, serverPid } = await idsOf(options.stateDir);
    await second.stop();
    await checkServer(server.access, 5000);
    await server.stop();
    assert.equal(processIdentity(ownerPid), null);
    assert.equal(processIdentity(serverPid), null);
    assert.deepEqual(await readServerRecord(options.stateDir), {
      isOwned: false,
      ownerPid: null,
      record: null,
    });
  });

  it('is started once by two simultaneous calls', async () => {
    const options = await optionsFor('together');
    const servers = await Promise.all([ensureServer(options), ensureServer(options)]);
    assert.deepEqual(servers.map(({ owned }) => owned).sort(), [false, true]);
    assert.equal(new Set(servers.map(({ address }) => address)).size, 1);
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('uses other ports when the preferred ones are occupied', async () => {
    const options = await optionsFor('occupied');
    const listeners = [options.port, options.uiPort].map((port) => createServer().listen(port, '127.0.0.1'));
    await Promise.all(listeners.map((listener) => once(listener, 'listening')));
    const server = await ensureServer(options);
    assert.notEqual(server.address, `127.0.0.1:${options.port ?? 0}`);
    await checkServer(server.access, 5000);
    await server.stop();
    for (const listener of listeners) listener.close();
  });

  it('ends with the process that started it, even by kill -9', async () => {
    const options = await optionsFor('parent-killed');
    const parent = await startParent(options);
    const { ownerPid, serverPid } = await idsOf(options.stateDir);
    await kill(parent);
    await gone(ownerPid, serverPid);
    assert.equal((await readServerRecord(options.stateDir)).isOwned, false);
  });

  it('starts again on the same database after kill -9 of its owner, ending the orphan', async () => {
    const options = { ...(await optionsFor('owner-killed')), path: '' };
    const lost: string[] = [];
    const first = await ensureServer({ ...options, onLost: (reason) => lost.push(reason.message) });
    await startSomething(first.address, 'before');
    const { ownerPid, serverPid } = await idsOf(options.stateDir);
    process.kill(ownerPid, 'SIGKILL');
    await gone(ownerPid);
    assert.notEqual(processIdentity(serverPid), null, 'without setpriv on PATH the server survives');

    const second = await ensureServer(options);
    assert.equal(second.owned, true);
    assert.equal(second.address, first.address);
    assert.equal(processIdentity(serverPid), null);
    assert.deepEqual(await runningIds(second.address), ['before']);
    assert.equal(lost.length, 1);
    await second.stop();
    await first.stop();
    assert.ok((await stat(join(options.stateDir, 'temporal.db'))).size > 0);
  });

  it('ends with its owner by kill -9 if the system supports that', async (t) => {
    if (process.platform !== 'linux' || findOnPath('setpriv', PATH) === null) {
      t.skip('setpriv is not installed');
      return;
    }
    const options = await optionsFor('owner-killed-setpriv');
    const server = await ensureServer(options);
    const { ownerPid, serverPid } = await idsOf(options.stateDir);
    process.kill(ownerPid, 'SIGKILL');
    await gone(ownerPid, serverPid);
    await server.stop();
  });

  it('notifies its caller when the server process dies', async () => {
    const options = await optionsFor('server-killed');
    const lost = new Promise<string>((resolve) => {
      void ensureServer({ ...options, onLost: (reason) => resolve(reason.message) }).then(async () =>
        process.kill((await idsOf(options.stateDir)).serverPid, 'SIGKILL'),
      );
    });
    assert.match(await lost, /the Temporal server ended with SIGKILL/);
    const again = await ensureServer(options);
    assert.equal(again.owned, true);
    await again.stop();
  });

  it('reports the address and the next step when a given address does not answer', async () => {
    const address = `127.0.0.1:${await freePort(0)}`;
    await assert.rejects(
      ensureServer({
        ...(await optionsFor('given')),
        given: new ServerAccess(address, 'default', 'TEMPORAL_ADDRESS'),
      }),
      (error: unknown) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, new RegExp(`${address} \\(TEMPORAL_ADDRESS\\) does not answer`));
        assert.match(error.message, /unset TEMPORAL_ADDRESS/);
        return true;
      },
    );
  });

  it("shows the server's error when it cannot start", async () => {
    const options = await optionsFor('broken');
    await writeFile(join(root, 'file-not-folder'), '');
    await assert.rejects(
      ensureServer({ ...options, stateDir: join(root, 'file-not-folder') }),
      /EEXIST|ENOTDIR/,
    );
    const stateDir = join(root, 'bad-database');
    const healthy = await ensureServer({ ...options, stateDir });
    await healthy.stop();
    // The write-ahead log next to it would repair the file.
    for (const file of await readdir(stateDir))
      if (file.startsWith('temporal.db-')) await rm(join(stateDir, file));
    await writeFile(
      join(stateDir, 'temporal.db'),
      'this is not a database, and long enough to be read as one\n',
    );
    await assert.rejects(ensureServer({ ...options, stateDir }), /did not start[^]*database/);
  });
});

async function startSomething(address: string, workflowId: string): Promise<void> {
  const connection = await Connection.connect({ address });
  await new Client({ connection }).workflow.start('nobody-runs-this', { workflowId, taskQueue: 'nowhere' });
  await connection.close();
}

/** Ids of the running workflows; the list lags behind the start, so it is read until it is not empty. */
async function runningIds(address: string): Promise<string[]> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  let ids: string[] = [];
  for (let round = 0; round < 50; round++) {
    const found: string[] = [];
    for await (const { workflowId } of client.workflow.list()) found.push(workflowId);
    ids = found;
    if (ids.length > 0) break;
    await delay(100);
  }
  await connection.close();
  return ids;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function gone(...pids: number[]): Promise<void> {
  const deadlineMs = performance.now() + 20_000;
  while (pids.some((pid) => processIdentity(pid) !== null)) {
    assert.ok(performance.now() < deadlineMs, `still running: ${pids.join(', ')}`);
    await delay(50);
  }
}
