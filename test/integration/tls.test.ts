import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { readTemporalAccess } from '../../cli/temporal-access.js';
import { writeSimulation } from '../../cli/write-simulation.js';
import { projectRoot } from '../../common/project-root.js';
import { ensureServer, type TemporalServer } from '../../server/connect.js';
import { findOnPath } from '../../server/find-on-path.js';
import { CONSTANT_SIMULATION } from '../constant-simulation.js';
import { makeCertificates, tlsProxy, type Certificates } from './tls-proxy.js';
import { testClient, testServer, WorkerProcess } from './worker-process.js';

const NAME = 'temporal.example';
const skip = findOnPath('openssl', process.env['PATH'] ?? '') === null && 'no openssl here';

describe('a Temporal server behind mutual TLS', { timeout: 200_000, skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-tls-'));
  let server: TemporalServer;
  let files: Certificates;
  let others: Certificates;
  let proxy: Awaited<ReturnType<typeof tlsProxy>>;
  let full: Record<string, string>;

  before(async () => {
    for (const name of ['own', 'other']) mkdirSync(join(folder, name));
    files = makeCertificates(join(folder, 'own'), NAME);
    others = makeCertificates(join(folder, 'other'), NAME);
    server = await testServer(join(folder, 'temporal'));
    proxy = await tlsProxy(server.address, files);
    full = {
      TEMPORAL_ADDRESS: proxy.address,
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: files.ca,
      TEMPORAL_TLS_CLIENT_CERT_PATH: files.client.cert,
      TEMPORAL_TLS_CLIENT_KEY_PATH: files.client.key,
      TEMPORAL_TLS_SERVER_NAME: NAME,
    };
  });
  after(async () => {
    proxy.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gets workers, commands and clients by the variables of the Temporal CLI', async () => {
    const directory = join(folder, 'captures');
    await writeSimulation({ ...CONSTANT_SIMULATION, directory, sessions: 1, durationSeconds: 30 });
    const capture = join(
      directory,
      readdirSync(directory).find((name) => name.endsWith('.pcap'))!,
    );
    const worker = await WorkerProcess.start(join(folder, 'home'), proxy.address, full);
    const access = readTemporalAccess(full);
    assert.ok(access !== undefined);
    const { client, close } = await testClient({ ...server, access });
    try {
      const options = { taskQueue: 'vqi', workflowId: 'by-tls', args: [{ capture }] };
      const result = (await client.workflow.execute('analyseCapture', options)) as { sessions: number };
      assert.equal(result.sessions, 1);
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [join(projectRoot(), 'dist', 'cli', 'main.js'), 'analyse', capture, '--json'],
        { env: { ...process.env, VQI_HOME: join(folder, 'home'), ...full } },
      );
      assert.equal((JSON.parse(stdout) as { sessionCount: number }).sessionCount, 1);
    } finally {
      await close();
      await worker.stop();
    }
  });

  it('says of every fault what is wrong and what to set', async () => {
    const without = (...names: string[]): Record<string, string> =>
      Object.fromEntries(Object.entries(full).filter(([name]) => !names.includes(name)));
    const faults: readonly (readonly [Record<string, string>, RegExp])[] = [
      [{ TEMPORAL_ADDRESS: proxy.address }, /: it expects TLS\nSet TEMPORAL_TLS=true\.$/],
      [
        without('TEMPORAL_TLS_SERVER_CA_CERT_PATH'),
        /: its certificate is not trusted \(.*\)\nSet TEMPORAL_TLS_SERVER_CA_CERT_PATH to/,
      ],
      [
        { ...full, TEMPORAL_TLS_SERVER_CA_CERT_PATH: others.ca },
        /: its certificate is not trusted \(.*\)\nSet TEMPORAL_TLS_SERVER_CA_CERT_PATH to/,
      ],
      [
        without('TEMPORAL_TLS_SERVER_NAME'),
        /: its certificate is for another name \(.*temporal\.example\)\n.*set TEMPORAL_TLS_SERVER_NAME/,
      ],
      [
        without('TEMPORAL_TLS_CLIENT_CERT_PATH', 'TEMPORAL_TLS_CLIENT_KEY_PATH'),
        /: it refuses a client without a certificate \(.*\)\nSet TEMPORAL_TLS_CLIENT_CERT_PATH and/,
      ],
      [
        {
          ...full,
          TEMPORAL_TLS_CLIENT_CERT_PATH: others.client.cert,
          TEMPORAL_TLS_CLIENT_KEY_PATH: others.client.key,
        },
        /: it refuses the client certificate \(.*\)\nSet TEMPORAL_TLS_CLIENT_CERT_PATH/,
      ],
      [
        { ...full, TEMPORAL_NAMESPACE: 'nowhere' },
        /for namespace "nowhere": it has no namespace "nowhere"\nCreate it \(temporal operator namespace create/,
      ],
      [
        { TEMPORAL_ADDRESS: server.address, TEMPORAL_TLS: 'true' },
        /: it does not speak TLS \(.*\)\n.*TEMPORAL_TLS=false/,
      ],
      [{ TEMPORAL_ADDRESS: '127.0.0.1:1' }, /ECONNREFUSED.*\nStart it, correct the address/],
    ];
    const messages = await Promise.all(
      faults.map(async ([env]) =>
        ensureServer({
          ...{ given: readTemporalAccess(env), stateDir: folder, cacheDir: folder, path: '' },
          log: () => undefined,
        }).then(
          () => 'it answered',
          (error: unknown) => (error as Error).message,
        ),
      ),
    );
    messages.forEach((message, at) => assert.match(message, faults[at]![1]));
  });

  it('refuses a command without a certificate: one error of two lines, and nothing is left running', async () => {
    const args = [join(projectRoot(), 'dist', 'cli', 'main.js'), 'worker'];
    const { TEMPORAL_ADDRESS, TEMPORAL_TLS_SERVER_CA_CERT_PATH, TEMPORAL_TLS_SERVER_NAME } = full;
    const env = { TEMPORAL_ADDRESS, TEMPORAL_TLS_SERVER_CA_CERT_PATH, TEMPORAL_TLS_SERVER_NAME };
    const failure = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, VQI_HOME: join(folder, 'refused'), ...env },
    }).then(
      () => assert.fail('it was not refused'),
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    );
    assert.deepEqual([failure.code, failure.stdout], [1, '']);
    const said = failure.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { level: string; msg: string })
      .filter(({ msg }) => !msg.endsWith(' so far'));
    assert.deepEqual(
      said.map(({ level }) => level),
      ['error'],
    );
    assert.match(
      said[0]!.msg,
      /^The Temporal server at \S+ \(TEMPORAL_ADDRESS\) does not answer for namespace "default": it refuses a client without a certificate \(.*\)\n.*$/,
    );
  });
});
