import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { pcapHeader, pcapRecord } from '../../../../capture/formats/pcap-writer.js';
import { writeBackground } from '../../../../cli/write-background.js';
import { writeSimulation } from '../../../../cli/write-simulation.js';
import { splicingSchema } from '../../../../schemas/splicing.js';
import { BackgroundError } from '../../../../simulation/background/background-error.js';
import { mixBackground } from '../../../../simulation/background/mix-background.js';
import { planBackground } from '../../../../simulation/background/plan-background.js';
import { surveyCapture } from '../../../../simulation/splicing/survey-capture.js';
import { CONSTANT_SIMULATION } from '../../../constant-simulation.js';
import { NO_SHARED_DATA, sharedData } from '../../../shared-data.js';

const run = promisify(execFile);
const CHECKS = ['ip.check_checksum', 'tcp.check_checksum', 'udp.check_checksum'];
const TROUBLE =
  '_ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0';
const ADDED = 'ip.addr == 198.18.0.0/15 || ipv6.addr == 2001:db8:5::/48';
const manifestSchema = z.object({
  sessions: z.array(
    z.object({
      added: z.object({ packets: z.number(), wireBytes: z.number() }),
      flows: z.array(z.object({ serverAddress: z.string(), transport: z.enum(['tcp', 'quic']) })),
    }),
  ),
});

/** Fields of the packets that match a filter, read by Wireshark. */
async function tshark(file: string, filter: string, ...names: string[]): Promise<string[][]> {
  const wanted = names.flatMap((name) => ['-e', name]);
  const preferences = CHECKS.flatMap((name) => ['-o', `${name}:TRUE`]);
  // Wireshark guesses the payload's protocol, and calls the payload malformed if the guess is wrong.
  const noGuesses = ['udp', 'tcp'].flatMap((protocol) => ['-d', `${protocol}.port==443,data`]);
  const args = ['-r', file, '-n', ...noGuesses, ...preferences, '-Y', filter, '-T', 'fields', ...wanted];
  const { stdout } = await run('tshark', args, { maxBuffer: 2 ** 27 });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

/** The records of a classic pcap in this machine's order: time, frame, length on the wire. */
function recordsOf(capture: Uint8Array): { timeUs: number; frame: Buffer; wireLength: number }[] {
  const bytes = Buffer.from(capture);
  const records = [];
  for (let at = 24; at < bytes.length;) {
    const length = bytes.readUInt32LE(at + 8);
    records.push({
      timeUs: bytes.readUInt32LE(at) * 1e6 + bytes.readUInt32LE(at + 4),
      frame: bytes.subarray(at + 16, at + 16 + length),
      wireLength: bytes.readUInt32LE(at + 12),
    });
    at += 16 + length;
  }
  return records;
}

describe('planned background', () => {
  const options = { flows: 50, seed: 3, ipVersion: 4, fromUs: 1e15, toUs: 1e15 + 600e6 } as const;

  it('has the kinds in their shares, at most one large download in 25 flows, and begins within the capture', () => {
    const flows = planBackground(options);
    const count = (kind: string): number => flows.filter((flow) => flow.kind === kind).length;
    assert.deepEqual(['page', 'telemetry', 'polling', 'images', 'update'].map(count), [24, 14, 10, 1, 1]);
    assert.ok(flows.every(({ startUs }) => startUs >= options.fromUs && startUs <= options.toUs + 2e6));
    const transports = new Set(flows.map(({ transport }) => transport));
    assert.deepEqual(transports, new Set(['tcp', 'quic']));
    const update = flows.find(({ kind }) => kind === 'update')?.exchanges ?? [];
    const bytes = update.reduce((sum, { responseBytes }) => sum + responseBytes, 0);
    assert.ok(bytes >= 4e6 && bytes <= 12e6, String(bytes));
    assert.ok(update.slice(0, -1).every(({ responseBytes }) => responseBytes === 2 ** 20));
  });

  it('is the same for the same seed only', () => {
    assert.deepEqual(planBackground(options), planBackground(options));
    assert.notDeepEqual(planBackground(options), planBackground({ ...options, seed: 4 }));
  });
});

describe('captures with background', () => {
  let folder = '';
  let data = '';
  let hasTshark = false;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-background-'));
    data = join(folder, 'simulated');
    hasTshark = await run('tshark', ['--version']).then(
      () => true,
      () => false,
    );
    await writeSimulation({
      ...CONSTANT_SIMULATION,
      directory: data,
      seed: 4,
      sessions: 3,
      durationSeconds: 30,
      snapLength: 1514,
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, options = {}) =>
    writeBackground({ data, out: join(folder, name), flows: 50, seed: 1, only: null, ...options });

  /** Compares the mixed captures of a folder with their sources, both read by Wireshark. */
  async function assertMixed(source: string, out: string): Promise<void> {
    const { sessions } = splicingSchema.parse(JSON.parse(readFileSync(join(out, 'splicing.json'), 'utf8')));
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(out, 'background.json'), 'utf8')));
    for (const [at, { capture, pieces }] of sessions.entries()) {
      const fields = [
        'frame.time_epoch',
        'frame.len',
        'frame.cap_len',
        'ip.src',
        'ip.dst',
        'ipv6.src',
      ] as const;
      const before = await tshark(join(source, pieces[0]?.capture ?? ''), 'frame', ...fields);
      const unchanged = await tshark(join(out, capture), `!(${ADDED})`, ...fields);
      assert.deepEqual(unchanged, before);
      const troubles = await tshark(join(out, capture), `(${ADDED}) && (${TROUBLE})`, 'frame.number');
      assert.deepEqual(troubles, []);
      const added = await tshark(
        join(out, capture),
        ADDED,
        ...['frame.len', 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'tcp.srcport', 'tcp.dstport'],
        ...['udp.srcport', 'udp.dstport', 'frame.time_relative'],
      );
      const { flows, added: stated } = manifest.sessions[at]!;
      assert.equal(added.length, stated.packets);
      assert.equal(
        added.reduce((sum, [length]) => sum + Number(length), 0),
        stated.wireBytes,
      );
      const servers = added.map(([, ...ends]) =>
        ends.slice(0, 4).find((address) => /^198\.18\.|^2001:db8:5::/.test(address)),
      );
      const planned = new Set(flows.map(({ serverAddress }) => serverAddress));
      assert.ok(servers.every((server) => planned.has(server ?? '')));
      assert.ok(new Set(servers).size >= planned.size - 4, 'nearly all flows have packets');
      assert.ok(added.every((row) => row.slice(5, 9).filter((port) => port === '443').length === 1));
    }
  }

  it('have the packets of before and those of the flows, as read by Wireshark', async (t: TestContext) => {
    if (!hasTshark) {
      t.skip('tshark is not installed');
      return;
    }
    const { sessions, skipped } = await write('whole', { flows: 25 });
    assert.deepEqual([sessions, skipped], [3, []]);
    await assertMixed(data, join(folder, 'whole'));
  });

  it('can be made from real captures that are cut behind the headers', async (t: TestContext) => {
    const real = sharedData('requet');
    if (real === null || !hasTshark) {
      t.skip(real === null ? NO_SHARED_DATA : 'tshark is not installed');
      return;
    }
    const out = join(folder, 'real');
    await writeBackground({ data: real, out, flows: 50, seed: 1, only: ['A_Mar19_234'] });
    await assertMixed(real, out);
    // The capture's packets were cut to 72 bytes; headers with selective acknowledgements are longer.
    const lengths = await tshark(
      join(out, 'A_Mar19_234.pcap'),
      ADDED,
      ...['frame.cap_len', 'frame.len', 'ip.hdr_len', 'tcp.hdr_len'],
    );
    for (const [kept, length, network, transport] of lengths.map((row) => row.map(Number))) {
      const headers = 14 + (network ?? 0) + (transport === 0 ? 8 : (transport ?? 8));
      assert.equal(kept, Math.min(length ?? 0, Math.max(72, headers)));
    }
    assert.ok(lengths.length > 5_000);
  });

  it('are the same for the same seed, and use only the named sessions', async () => {
    const [one, two] = ['sim-0240-01', 'sim-0360-01'];
    await write('once', { only: [one], flows: 10 });
    await write('again', { only: [one], flows: 10 });
    await write('other', { only: [one], flows: 10, seed: 2 });
    const bytes = (name: string) => readFileSync(join(folder, name, `${one}.pcap`));
    assert.deepEqual(bytes('once'), bytes('again'));
    assert.notDeepEqual(bytes('once'), bytes('other'));
    assert.ok(!readFileSync(join(folder, 'once', 'sessions.csv'), 'utf8').includes(two));
    await assert.rejects(write('unknown', { only: ['nobody'] }), /names no session nobody/);
  });

  it('keep labels and player logs', async () => {
    const labelled = join(folder, 'labelled');
    mkdirSync(labelled);
    writeFileSync(join(labelled, 'log.csv'), 'time,resolution\n0,480\n');
    writeFileSync(
      join(labelled, 'sessions.csv'),
      `session_id,capture,site,home_id,resolution,player_log\n"a/b, c",${join(data, 'sim-0480-01.pcap')},x,h,,log.csv\n`,
    );
    await writeBackground({ data: labelled, out: join(folder, 'kept'), flows: 1, seed: 1, only: null });
    assert.equal(
      readFileSync(join(folder, 'kept', 'sessions.csv'), 'utf8'),
      'session_id,capture,site,video_id,home_id,resolution,player_log\n"a/b, c",a%2Fb%2C%20c.pcap,x,,h,,a%2Fb%2C%20c.player.csv\n',
    );
    assert.equal(
      readFileSync(join(folder, 'kept', 'a%2Fb%2C%20c.player.csv'), 'utf8'),
      'time,resolution\n0,480\n',
    );
  });

  it('leave out captures that cannot be used, and do not overwrite other folders', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'a.pcap'), 'not a capture');
    const row = `b,${join(data, 'sim-0480-01.pcap')},480\n`;
    writeFileSync(join(broken, 'sessions.csv'), `session_id,capture,resolution\na,a.pcap,240\n${row}`);
    const out = join(folder, 'part');
    const { sessions, skipped } = await writeBackground({ data: broken, out, flows: 1, seed: 1, only: null });
    assert.equal(sessions, 1);
    assert.match(skipped[0] ?? '', /^a: /);
    await assert.rejects(
      writeBackground({ data: broken, out, flows: 1, seed: 1, only: ['a'] }),
      (error) =>
        error instanceof BackgroundError && /no capture of .* could be used: a: /.test(error.message),
    );
    await assert.rejects(
      write('simulated'),
      /contains a sessions.csv that is not of captures with background/,
    );
  });

  it('have the link layer of the capture: here none (raw IP)', async () => {
    const capture = readFileSync(join(data, 'sim-0480-01.pcap'));
    const raw = Buffer.concat([
      pcapHeader({ linkType: 101, snapLength: 65_535 }),
      ...recordsOf(capture).map(({ timeUs, frame, wireLength }) =>
        pcapRecord(timeUs, frame.subarray(14), wireLength - 14),
      ),
    ]);
    const mix = async (bytes: Uint8Array) => {
      const survey = await surveyCapture(once(bytes));
      assert.ok(survey !== null);
      return recordsOf((await mixBackground(once(bytes), survey, { flows: 10, seed: 5 })).capture);
    };
    const [withEthernet, without] = [await mix(capture), await mix(raw)];
    assert.ok(withEthernet.length > recordsOf(capture).length + 100);
    assert.deepEqual(
      without,
      withEthernet.map(({ timeUs, frame, wireLength }) => ({
        timeUs,
        frame: frame.subarray(14),
        wireLength: wireLength - 14,
      })),
    );
  });
});
