import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { CaptureAnalysisResult } from '../../activities/warehouse/features.js';
import { writeSimulation } from '../../cli/write-simulation.js';
import { testClient, testServer, WorkerProcess } from './worker-process.js';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

/** The number of whole records in the first `bytes` of a little-endian pcap, and the byte at which they end. */
function wholeRecords(capture: Buffer, bytes: number): { packets: number; end: number } {
  let end = FILE_HEADER_BYTES;
  let packets = 0;
  for (;;) {
    if (end + RECORD_HEADER_BYTES > bytes) return { packets, end };
    const next = end + RECORD_HEADER_BYTES + capture.readUInt32LE(end + 8);
    if (next > bytes) return { packets, end };
    packets += 1;
    end = next;
  }
}

it(
  'reports where and why a capture is cut, and how many packets come before',
  { timeout: 200_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-cut-'));
    const server = await testServer(join(folder, 'temporal'));
    const { client, close } = await testClient(server);
    const worker = await WorkerProcess.start(join(folder, 'home'), server.address);
    try {
      await writeSimulation({ directory: join(folder, 'whole'), seed: 5, sessions: 5, durationSeconds: 30 });
      const [, line] = readFileSync(join(folder, 'whole', 'sessions.csv'), 'utf8').split('\n');
      const name = line?.split(',')[1] ?? '';
      const whole = readFileSync(join(folder, 'whole', name));
      const { end: middle } = wholeRecords(whole, whole.length >> 1);
      // Ten bytes of the next record's header.
      const path = join(folder, 'cut.pcap');
      writeFileSync(path, whole.subarray(0, middle + 10));
      const analyse = async (workflowId: string, capture: string): Promise<CaptureAnalysisResult> =>
        (await client.workflow.execute('analyseCapture', {
          taskQueue: 'vqi',
          workflowId,
          args: [{ capture }],
        })) as CaptureAnalysisResult;
      const { packets } = wholeRecords(whole, middle + 10);
      const { warnings } = await analyse('cut', path);
      assert.deepEqual(warnings, [
        `${path} is cut at byte ${middle} (file ends inside a record, after 10 of its bytes): read before that: ${packets} packets`,
      ]);
      // The place in a compressed file is not known to its owner.
      const packed = `${path}.gz`;
      writeFileSync(packed, gzipSync(whole.subarray(0, middle + 10)));
      assert.deepEqual((await analyse('packed', packed)).warnings, [
        `${packed} is cut at byte ${middle} of its unpacked content (file ends inside a record, after 10 of its bytes): read before that: ${packets} packets`,
      ]);
      assert.deepEqual((await analyse('whole', join(folder, 'whole', name))).warnings, []);
    } finally {
      await worker.stop();
      await close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
