import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Client } from '@temporalio/client';
import type { CaptureAnalysisResult } from '../../activities/warehouse/features.js';
import type { FlowFeaturesResult } from '../../activities/warehouse/flow-features.js';
import { CryptoPan } from '../../capture/privacy/crypto-pan.js';
import { rootCause } from '../../cli/root-cause.js';
import type { TemporalServer } from '../../server/connect.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { NO_SHARED_DATA, sharedData } from '../shared-data.js';
import { testClient, testServer, WorkerProcess } from './worker-process.js';

const CAPTURE = sharedData('netflix_rebuilt.pcap.gz');

/** Figures that the course's notebook printed for its capture: epoch-aligned windows of captured bytes. */
const FIRST_WINDOWS = {
  start_us: [
    '1518358200000000',
    '1518358210000000',
    '1518358220000000',
    '1518358230000000',
    '1518358240000000',
  ],
  packet_count: [679, 494, 614, 509, 388],
  total_bytes: ['80019', '63930', '80536', '72511', '56428'],
  max_bytes: [200, 200, 200, 200, 200],
  mean_inter_arrival: ['0.01045', '0.02010', '0.01620', '0.01900', '0.02480'],
  destination_count: [8, 8, 10, 4, 4],
};

describe(
  'the course capture, from its DNS answers to statistics per window',
  { skip: CAPTURE === null && NO_SHARED_DATA, timeout: 300_000 },
  () => {
    let folder = '';
    let server: TemporalServer;
    let client: Client;
    let closeClient = (): Promise<void> => Promise.resolve();
    let worker: WorkerProcess;
    let result: CaptureAnalysisResult;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'vqi-course-'));
      server = await testServer(join(folder, 'temporal'));
      ({ client, close: closeClient } = await testClient(server));
      worker = await WorkerProcess.start(join(folder, 'home'), server.address);
      result = await analyse('course');
    });

    after(async () => {
      await worker.stop();
      await closeClient();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const analyse = async (workflowId: string, more: object = {}) =>
      (await client.workflow.execute('analyseCapture', {
        taskQueue: 'vqi',
        workflowId,
        args: [
          {
            capture: CAPTURE,
            windows: { align: 'epoch', lengths: 'captured' },
            service: { find: 'dns' },
            ...more,
          },
        ],
      })) as CaptureAnalysisResult;

    const query = (sql: string, home = join(folder, 'home')) =>
      withWarehouse(join(home, 'warehouse.duckdb'), async (warehouse) => {
        await warehouse.useRun(home.endsWith('anonymised') ? 'anonymised' : 'course');
        return await warehouse.rows(sql);
      });

    it('finds 18 DNS transactions for Netflix names, and 16 addresses behind them', async () => {
      const [row] = await query(`
        select
          (select count(distinct (client_address, transaction_id))::integer
            from dns_messages where regexp_matches(query_name, 'netflix|nflx')) as transactions,
          (select count(*)::integer from service_endpoints where service = 'netflix') as addresses`);
      assert.deepEqual(row, { transactions: 18, addresses: 16 });
    });

    it('builds 50 windows, the first five with the published figures', async () => {
      const rows = await query(`
        select * exclude (mean_inter_arrival_seconds), printf('%.5f', mean_inter_arrival_seconds) as mean_inter_arrival
        from service_windows where service = 'netflix' order by window_index`);
      assert.equal(rows.length, 50);
      for (const [column, expected] of Object.entries(FIRST_WINDOWS)) {
        const found = rows.slice(0, 5).map((row) => row[column]);
        if (column === 'mean_inter_arrival') {
          for (const [index, value] of found.entries()) {
            assert.ok(
              Math.abs(Number(value) - Number(expected[index])) < 0.00006,
              `${column} ${index}: ${String(value)}`,
            );
          }
        } else assert.deepEqual(found, expected, column);
      }
    });

    it('pairs every answer with its query, and reports the provenance of the bytes', async () => {
      const [dns] = await query(
        'select count(*)::integer as answers, count(query_us)::integer as paired from dns_responses',
      );
      assert.deepEqual(dns, { answers: 50, paired: 50 });
      assert.deepEqual(
        result.shares.map(({ service, provenance }) => [service, provenance]),
        [
          ['netflix', 'dns'],
          [null, 'unmapped'],
        ],
      );
      const [{ share } = { share: 0 }] = result.shares;
      assert.ok(share > 0.99, String(share));
    });

    it("counts the same packets when the flows' own names are used too", async () => {
      const named = await analyse('course-named', { service: { find: 'named' } });
      assert.deepEqual(
        new Set(named.shares.map(({ provenance }) => provenance)),
        new Set(['tls', 'dns', 'unmapped']),
      );
      const rows = await query(
        'select packet_count from "run course-named".service_windows where service = \'netflix\' order by window_index',
      );
      assert.equal(rows.length, 50);
      assert.deepEqual(
        rows.slice(0, 5).map((row) => row['packet_count']),
        FIRST_WINDOWS.packet_count,
      );
    });

    it('keeps both lengths of all 141,471 packets', async () => {
      const [row] = await query(
        'select count(*)::integer as packets, round(sum(wire_length) / 1e6, 2)::varchar as wire, round(sum(captured_length) / 1e6, 2)::varchar as captured from packets',
      );
      assert.deepEqual(row, { packets: 141_471, wire: '134.63', captured: '21.14' });
    });

    it('stores the same content once, and writes the tables to files', async () => {
      await client.workflow.execute('ingestCapture', {
        taskQueue: 'vqi',
        workflowId: 'again',
        args: [{ path: CAPTURE }],
      });
      const [row] = await query(
        'select count(*)::integer as captures, (select count(*)::integer from packets) as packets from captures',
      );
      assert.deepEqual(row, { captures: 1, packets: 141_471 });
      const csv = result.files.find((file) => file.endsWith('service_windows.csv'));
      assert.equal(
        readFileSync(csv ?? '', 'utf8')
          .trim()
          .split('\n').length,
        result.serviceWindows + 1,
      );
    });

    it("computes netml's representations of the flows, with the same result a second time", async () => {
      const makeFeatures = async (kinds: readonly string[]) =>
        (await client.workflow.execute('flowFeatures', {
          taskQueue: 'vqi',
          workflowId: 'flow-features',
          args: [{ capture: CAPTURE, kinds, out: join(folder, 'home', 'features') }],
          memo: { replace: true },
        })) as FlowFeaturesResult;
      const first = await makeFeatures(['STATS', 'IAT']);
      const bytes = first.files.map((file) => readFileSync(file));
      // 184 flows of netml 0.7.1, its gaps 359 wide.
      assert.deepEqual([first.flows, first.warnings.length, first.files.length], [184, 0, 3]);
      assert.deepEqual(
        await query(
          'select count(*)::integer as flows, min(len(iat)) as width, count(size)::integer as sizes from "run flow-features".flow_features',
        ),
        [{ flows: 184, width: '359', sizes: 0 }],
      );
      assert.deepEqual(await makeFeatures(['STATS', 'IAT']), first);
      assert.deepEqual(
        first.files.map((file) => readFileSync(file)),
        bytes,
      );
      await assert.rejects(makeFeatures(['MEAN']), (error) => {
        assert.match(rootCause(error), /expected one of "IAT"\|"SIZE".*\n.*kinds\[0\]/);
        return true;
      });
    });

    it('recognises the captures of a folder by content, and does not reopen unchanged ones', async () => {
      const captures = join(folder, 'captures');
      mkdirSync(join(captures, 'below'), { recursive: true });
      writeFileSync(join(captures, 'notes.pcap'), 'not a capture, in spite of its name');
      copyFileSync(CAPTURE ?? '', join(captures, 'course.bin'));
      copyFileSync(sharedData('pcaps', 'video', 'short_test.pcap') ?? '', join(captures, 'below', 'short'));
      const children = async (workflowId: string): Promise<number> => {
        const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
        return (events ?? []).filter((event) => event.startChildWorkflowExecutionInitiatedEventAttributes)
          .length;
      };
      await analyse('folder', { capture: captures });
      assert.equal(await children('folder'), 2);
      await analyse('folder-again', { capture: captures });
      assert.equal(await children('folder-again'), 0);
      utimesSync(join(captures, 'course.bin'), new Date(), new Date());
      await analyse('folder-touched', { capture: captures });
      assert.equal(await children('folder-touched'), 1);
      assert.deepEqual(
        await query("select session_id from run_sources where run_id = 'folder-touched' order by all"),
        [{ session_id: 'below/short' }, { session_id: 'course.bin' }],
      );
      const [row] = await query(
        'select count(*)::integer as captures, (select count(*)::integer from capture_files) as files from captures',
      );
      assert.deepEqual(row, { captures: 2, files: 3 });
    });

    it('fails at once if it is to anonymise without a key', async () => {
      await assert.rejects(analyse('no-key', { anonymise: true }), (error) => {
        assert.match(rootCause(error), /VQI_ANONYMISE_KEY, 64 hexadecimal digits/);
        return true;
      });
    });

    it('anonymises with the key of the worker, builds the same windows, and stores the key nowhere', async () => {
      const key = randomBytes(32);
      const home = join(folder, 'anonymised');
      await worker.stop();
      worker = await WorkerProcess.start(home, server.address, { VQI_ANONYMISE_KEY: key.toString('hex') });
      await analyse('anonymised', { anonymise: true });
      const clients = (await query('select distinct client_address from flows order by all')).map(textOf);
      const cryptoPan = new CryptoPan(key);
      const [plain, hidden] = await Promise.all(
        [join(folder, 'home'), home].map((at) =>
          query('select * exclude (capture_id) from service_windows order by all', at),
        ),
      );
      const mapped = (await query('select distinct client_address from flows', home)).map(textOf);
      assert.deepEqual(mapped.sort(), clients.map((address) => cryptoPan.map(address)).sort());
      assert.deepEqual(hidden, plain);
      await worker.stop();
      for (const path of filesBelow(folder)) {
        const bytes = readFileSync(path);
        assert.ok(!bytes.includes(key) && !bytes.includes(key.toString('hex')), path);
      }
      for (const path of filesBelow(home).filter((name) => !name.endsWith('.duckdb'))) {
        const text = readFileSync(path, 'latin1');
        for (const address of clients)
          assert.ok(!text.includes(`${address},`), `${path} contains ${address}`);
      }
    });
  },
);

function textOf(row: Record<string, unknown>): string {
  return String(row['client_address']);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
