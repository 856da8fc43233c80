import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { decodedFiles } from '../../../warehouse/captures/decoded-files.js';
import { faultWarnings } from '../../../warehouse/captures/fault-warnings.js';
import { storeCapture } from '../../../warehouse/captures/load-capture.js';
import { decodeCaptureTask } from '../../../worker/tasks/decode-capture.js';
import { withTestRun } from '../../sql/test-run.js';
import { concat, hex, ipv4, LINKTYPE_ETHERNET, pcap, tcp } from '../../unit/capture/frames.js';

const SETTINGS = { thresholds: { tcpBytes: 0, udpBytes: 150 }, anonymiseKey: undefined };
const MACS = '020000000001 020000000002';
const FROM = '10.0.0.2';
const TO = '192.0.2.1';
const TCP = tcp({ from: FROM, to: TO, fromPort: 50_000, toPort: 443 });

function ethernet(etherType: string, payload: Uint8Array): Uint8Array {
  return concat([hex(MACS), hex(etherType), payload]);
}

/** Packets that cannot be read, and why; one can be read, so that it is not counted. */
const FRAMES = [
  ethernet('0800', TCP),
  ethernet('0806', new Uint8Array(28)),
  ethernet('0806', new Uint8Array(28)),
  ethernet('0800', TCP.subarray(0, 12)),
  ethernet('0800', TCP.subarray(0, 26)),
  ethernet('0800', ipv4(FROM, TO, 132, new Uint8Array(12))),
  ethernet('0800', ipv4(FROM, TO, 17, new Uint8Array(12), { fragmentOffset: 800 })),
  ethernet('0800', ipv4(FROM, TO, 47, hex('0000 0806 0000'))),
];

it('packets that cannot be decoded are in capture_faults by layer and reason', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-faults-'));
  try {
    const capturePath = join(folder, 'faults.pcap');
    writeFileSync(capturePath, pcap(LINKTYPE_ETHERNET, FRAMES));
    const fileBytes = statSync(capturePath).size;
    const decoded = join(folder, 'decoded');
    await decodeCaptureTask(
      { files: [{ path: capturePath, bytes: fileBytes }], folder: decoded, ...SETTINGS },
      () => undefined,
    );
    const files = decodedFiles(decoded);
    await withTestRun(async (warehouse) => {
      const file = { path: capturePath, bytes: 1, modifiedUs: 0 };
      const capture = { captureId: '1', decoder: 'test', files };
      await storeCapture(warehouse, capture, file, () => Promise.resolve());
      assert.deepEqual(
        await warehouse.rows(
          'select layer, kind, packet_count::integer as packets from capture_faults order by layer, kind',
        ),
        [
          { layer: 'ipv4', kind: 'later-fragment', packets: 1 },
          { layer: 'ipv4', kind: 'truncated', packets: 1 },
          { layer: 'link', kind: 'not-ip', packets: 2 },
          { layer: 'tcp', kind: 'truncated', packets: 1 },
          { layer: 'transport', kind: 'protocol-132', packets: 1 },
          { layer: 'tunnel', kind: 'link-not-ip', packets: 1 },
        ],
      );
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('a run warns of what was left out or assumed, but not of packets without IP', async () => {
  await withTestRun(async (warehouse) => {
    await warehouse.run(`insert into main.run_sources (run_id, capture_id, session_id, capture_name)
      values ('test', 1, 'a', 'a.pcap'), ('test', 2, 'b', 'b.pcap'), ('test', 2, 'c', 'b.pcap'), ('other', 3, 'd', 'd.pcap')`);
    await warehouse.run(`insert into main.capture_faults values
      (1, 'link', 'unsupported-link-type-253', 7), (2, 'link', 'unsupported-link-type-253', 5),
      (1, 'link', 'not-ip', 9), (2, 'wlan', 'encrypted', 3), (2, 'wlan', 'not-data', 4), (1, 'tzsp', 'unsupported-protocol', 6),
      (2, 'capture', 'duplicate', 2), (1, 'segment', 'resumed', 1), (1, 'segment', 'late', 9), (1, 'capture', 'time-jump', 1),
      (3, 'link', 'unsupported-link-type-253', 100)`);
    assert.deepEqual(await faultWarnings(warehouse, 'test'), [
      'packets of link type 253 are not read: 12 in 2 captures, for example in a.pcap; see the table capture_faults',
      'packets are not read (tzsp: unsupported-protocol): 6 in 1 capture, for example in a.pcap; see the table capture_faults',
      'packets are not read (wlan: encrypted): 3 in 1 capture, for example in b.pcap; see the table capture_faults',
      'packets that the capture has twice (a mirror of both ports, several interfaces of one host, frames sent again over the air) count once: 2 in 1 capture, for example in b.pcap; see the table capture_faults',
      'the clock jumps (ahead by more than an hour, or back by more than a minute): what comes before and after is in separate sessions: 1 in 1 capture, for example in a.pcap; see the table capture_faults',
      'media that go on after more than 60 s without a byte (a paused player, or a clock that jumps) are two segments, so that one session may become two: 1 in 1 capture, for example in a.pcap; see the table capture_faults',
    ]);
  });
});

it('the error for a refused capture names it, the place and the reason', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-faults-'));
  try {
    const capturePath = join(folder, 'lies.pcap');
    const record = hex('00000000 00000000 ffffffff ffffffff');
    writeFileSync(capturePath, concat([pcap(LINKTYPE_ETHERNET, []), record]));
    const task = decodeCaptureTask(
      {
        files: [{ path: capturePath, bytes: statSync(capturePath).size }],
        folder: join(folder, 'decoded'),
        ...SETTINGS,
      },
      () => undefined,
    );
    await assert.rejects(task, {
      name: 'CaptureFormatError',
      message: `${capturePath}: record of 4294967295 bytes at byte 24`,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('a file of several that is cut has the name that its user gave it, also where its bytes are a temporary copy', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-faults-'));
  try {
    const whole = pcap(LINKTYPE_ETHERNET, [ethernet('0800', TCP)]);
    const files = ['a.pcap', 'b.pcap'].map((name, index) => {
      const path = join(folder, `.input-${index}.tmp`);
      writeFileSync(path, whole.subarray(0, whole.length - index * 5));
      return { path, name, bytes: whole.length - index * 5 };
    });
    const decoded = join(folder, 'decoded');
    await decodeCaptureTask({ files, folder: decoded, ...SETTINGS }, () => undefined);
    const summary = readFileSync(decodedFiles(decoded).summary, 'utf8');
    assert.match(summary, /b\.pcap, file 2 of 2: /);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
