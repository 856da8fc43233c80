import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { writeSimulation } from '../../../../cli/write-simulation.js';
import { writeSplices, type SpliceFolders } from '../../../../cli/write-splices.js';
import { parseSessionsFile } from '../../../../datasets/parse-sessions-file.js';
import { parsePlayerLog } from '../../../../datasets/player-log/parse-player-log.js';
import { KNOWN_HEIGHTS_PX } from '../../../../schemas/run-config.js';
import type { Splicing } from '../../../../schemas/splicing.js';
import { CONSTANT_SIMULATION } from '../../../constant-simulation.js';
import { NO_SHARED_DATA, sharedData } from '../../../shared-data.js';

const run = promisify(execFile);
const CHECKS = ['ip.check_checksum', 'tcp.check_checksum', 'udp.check_checksum'];
const TROUBLE =
  '_ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0';

/**
 * In the middle of a flow, Wireshark guesses the payload's protocol, and calls the payload malformed if the guess
 * is wrong.
 */
const NO_GUESSES = ['udp', 'tcp'].flatMap((protocol) => ['-d', `${protocol}.port==443,data`]);

/** Fields of the packets that match a filter, read by Wireshark. */
async function tshark(file: string, filter: string, ...names: string[]): Promise<string[][]> {
  const wanted = names.flatMap((name) => ['-e', name]);
  const preferences = CHECKS.flatMap((name) => ['-o', `${name}:TRUE`]);
  const args = ['-r', file, '-n', ...NO_GUESSES, ...preferences, '-Y', filter, '-T', 'fields', ...wanted];
  const { stdout } = await run('tshark', args, { maxBuffer: 2 ** 27 });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

/** Wireshark's epoch time in microseconds. */
function timeUs(text: string | undefined): number {
  const [seconds, fraction] = (text ?? '').split('.');
  return Number(seconds) * 1e6 + Number((fraction ?? '').slice(0, 6).padEnd(6, '0'));
}

/** Compares spliced captures with their sources, both read by Wireshark. */
async function assertSpliced(data: string, out: string, { sessions }: Splicing): Promise<void> {
  const addresses = new Map<string, string[][]>();
  const packetsOf = async (capture: string): Promise<string[][]> => {
    const known = addresses.get(capture);
    if (known !== undefined) return known;
    const packets = await tshark(
      join(data, capture),
      'ip',
      'frame.time_epoch',
      'ip.src',
      'ip.dst',
      'frame.len',
    );
    addresses.set(capture, packets);
    return packets;
  };
  /** The most frequent address in a capture on one side. */
  const viewerOf = async (capture: string): Promise<string> => {
    const counts = new Map<string, number>();
    for (const [, ...ends] of await packetsOf(capture))
      for (const address of ends.slice(0, 2)) counts.set(address, (counts.get(address) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
  };
  for (const { capture, pieces } of sessions) {
    const spliced = await tshark(
      join(out, capture),
      'ip',
      'frame.time_epoch',
      'ip.src',
      'ip.dst',
      'frame.len',
    );
    const client = await viewerOf(pieces[0]!.capture);
    assert.ok(spliced.every(([, source, destination]) => source === client || destination === client));
    assert.equal(
      spliced.length,
      pieces.reduce((sum, { packets, lookUps }) => sum + packets + lookUps, 0),
    );
    assert.deepEqual(await tshark(join(out, capture), TROUBLE, 'frame.number'), []);
    for (const piece of pieces) {
      const viewer = await viewerOf(piece.capture);
      const source = (await packetsOf(piece.capture)).filter(
        ([time, from, to]) =>
          (from === viewer || to === viewer) && timeUs(time) >= piece.fromUs && timeUs(time) < piece.toUs,
      );
      assert.equal(piece.packets, source.length);
      const endUs = piece.atUs + piece.toUs - piece.fromUs;
      const next = pieces.find(({ atUs }) => atUs === endUs);
      const lookUps = next?.lookUps ?? 0;
      const moved = spliced.filter(([time]) => timeUs(time) >= piece.atUs && timeUs(time) < endUs - lookUps);
      // Relative times, lengths and directions are those of the source.
      assert.deepEqual(
        moved.map(([time, from, , length]) => [timeUs(time) - piece.atUs, from === client, length]),
        source
          .filter(([time]) => timeUs(time) - piece.fromUs + piece.atUs < endUs - lookUps)
          .map(([time, from, , length]) => [timeUs(time) - piece.fromUs, from === viewer, length]),
      );
    }
  }
}

describe('spliced captures', () => {
  let folder = '';
  let hasTshark = false;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-splice-'));
    hasTshark = await run('tshark', ['--version']).then(
      () => true,
      () => false,
    );
    await writeSimulation({
      ...CONSTANT_SIMULATION,
      directory: join(folder, 'simulated'),
      seed: 13,
      sessions: 5,
      durationSeconds: 60,
      snapLength: 1514,
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const splice = (name: string, options: Partial<SpliceFolders> = {}) =>
    writeSplices({
      data: join(folder, 'simulated'),
      out: join(folder, name),
      only: null,
      sessions: 4,
      seed: 1,
      pieceSeconds: [10, 20],
      ...options,
    });

  it('have pieces without gaps between them, with changing resolutions, and logs of the changes', async () => {
    const { sessions, pieceSeconds } = await splice('plan');
    assert.equal(sessions.length, 4);
    const text = readFileSync(join(folder, 'plan', 'sessions.csv'), 'utf8');
    const rows = parseSessionsFile('sessions.csv', text, KNOWN_HEIGHTS_PX);
    for (const { sessionId, capture, pieces } of sessions) {
      assert.ok(pieces.length >= 2 && pieces.length <= 4);
      assert.equal(new Set(pieces.map((piece) => piece.contentHash)).size, pieces.length);
      const row = rows.find((each) => each.sessionId === sessionId);
      assert.equal(row?.capture, capture);
      const log = readFileSync(join(folder, 'plan', row.playerLog ?? ''), 'utf8');
      const { shown, timeBase } = parsePlayerLog(log, KNOWN_HEIGHTS_PX);
      assert.equal(timeBase, 'epoch');
      assert.deepEqual(
        shown,
        pieces.map(({ atUs, fromUs, toUs, resolutionPx }) => ({
          startUs: atUs,
          endUs: atUs + toUs - fromUs,
          resolutionPx,
        })),
      );
      for (const [at, { fromUs, toUs, atUs }] of pieces.entries()) {
        assert.ok(toUs - fromUs >= pieceSeconds[0] * 1e6 && toUs - fromUs <= pieceSeconds[1] * 1e6);
        const before = pieces[at - 1];
        if (before !== undefined) assert.equal(atUs, before.atUs + before.toUs - before.fromUs);
      }
    }
    const flags = ['simulation.json', 'splicing.json'].map((name) =>
      readFileSync(join(folder, 'plan', name), 'utf8'),
    );
    assert.ok(flags.every((flag) => flag.length > 0));
  });

  it('are the same for the same seed, and use only the named sessions', async () => {
    assert.deepEqual(await splice('again'), await splice('once'));
    assert.deepEqual(
      readFileSync(join(folder, 'again', 'spliced-1.pcap')),
      readFileSync(join(folder, 'once', 'spliced-1.pcap')),
    );
    const names = (await splice('all')).sessions.flatMap(({ pieces }) =>
      pieces.map(({ sessionId }) => sessionId),
    );
    const only = [...new Set(names)].slice(0, 2);
    const chosen = await splice('only', { only, sessions: 2 });
    assert.deepEqual(
      new Set(chosen.sessions.flatMap(({ pieces }) => pieces.map(({ sessionId }) => sessionId))),
      new Set(only),
    );
  });

  it('contain the packets of one client, as read by Wireshark', async (t: TestContext) => {
    if (!hasTshark) {
      t.skip('tshark is not installed');
      return;
    }
    await assertSpliced(join(folder, 'simulated'), join(folder, 'read'), await splice('read'));
  });

  it('can be made from real captures', async (t: TestContext) => {
    const data = sharedData('requet');
    if (data === null) {
      t.skip(NO_SHARED_DATA);
      return;
    }
    if (!hasTshark) {
      t.skip('tshark is not installed');
      return;
    }
    // Two sites: the clients have different addresses.
    const only = ['A_Mar05_41', 'C_May14_325', 'B1_apartment_307'];
    const out = join(folder, 'real');
    const made = await splice('real', { data, only, sessions: 2, pieceSeconds: [30, 60] });
    assert.ok(made.sessions.every(({ pieces }) => pieces.every(({ packets }) => packets > 100)));
    await assertSpliced(data, out, made);
  });

  it('are refused if no sources fit, or if the folder contains other files', async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'sessions.csv'), 'session_id,capture,resolution\n');
    await assert.rejects(splice('other'), /contains a sessions\.csv that is not of spliced captures/);
    await assert.rejects(
      splice('long', { pieceSeconds: [600, 900] }),
      /nothing to splice: among 5 labelled captures/,
    );
    await assert.rejects(splice('nobody', { only: ['nobody'] }), /names no session nobody/);
  });
});
