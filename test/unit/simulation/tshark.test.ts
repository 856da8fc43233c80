import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { SessionSpec } from '../../../simulation/session-spec.js';
import { simulateSession, type SimulatedSession } from '../../../simulation/simulate-session.js';
import { TEST_SESSION } from './compare-segments.js';

const run = promisify(execFile);
const WHOLE_FRAMES = 1514;
const CHECKS = ['ip.check_checksum', 'tcp.check_checksum', 'udp.check_checksum'];

describe("Wireshark's reading of a simulated capture", () => {
  let folder = '';
  let hasTshark = false;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vqi-simulated-'));
    hasTshark = await run('tshark', ['--version']).then(
      () => true,
      () => false,
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Writes a session's capture; returns a function that lists fields of the packets that match a filter. */
  const read = async (t: TestContext, options: Partial<SessionSpec>) => {
    if (!hasTshark) {
      t.skip('tshark is not installed');
      return null;
    }
    const session = simulateSession({ ...TEST_SESSION, durationSeconds: 15, ...options });
    const file = join(folder, `${options.sessionId}.pcap`);
    await writeFile(file, session.capture);
    const fields = async (filter: string, ...names: string[]): Promise<string[]> => {
      // Without the last preference, Wireshark reports data after a gap in a capture as a reassembly error.
      const preferences = [...CHECKS, 'tcp.reassemble_out_of_order'].flatMap((name) => [
        '-o',
        `${name}:TRUE`,
      ]);
      const wanted = names.flatMap((name) => ['-e', name]);
      const args = ['-r', file, '-n', ...preferences, '-Y', filter, '-T', 'fields', ...wanted];
      const { stdout } = await run('tshark', args, { maxBuffer: 2 ** 27 });
      return stdout.split('\n').filter((line) => line !== '');
    };
    return { session, fields };
  };

  const assertSound = async (
    session: SimulatedSession,
    fields: (...names: [string, ...string[]]) => Promise<string[]>,
  ) => {
    assert.equal((await fields('frame', 'frame.number')).length, session.packets);
    const trouble =
      '_ws.malformed || icmp || ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0';
    assert.deepEqual(await fields(trouble, 'frame.number', '_ws.col.Info'), []);
  };

  for (const ipVersion of [4, 6] as const) {
    for (const transport of ['tcp', 'quic'] as const) {
      it(`${transport}, IPv${ipVersion}: nothing malformed, all checksums correct, names in look-ups and hellos`, async (t) => {
        const opened = await read(t, {
          sessionId: `whole-${transport}-${ipVersion}`,
          transport,
          ipVersion,
          snapLength: WHOLE_FRAMES,
        });
        if (opened === null) return;
        const { session, fields } = opened;
        await assertSound(session, fields);
        const checked = await fields('tcp.checksum.status == 1 || udp.checksum.status == 1', 'frame.number');
        assert.equal(checked.length, session.packets);
        assert.deepEqual(
          await fields('tcp.analysis.retransmission || tcp.analysis.out_of_order', 'frame.number'),
          [],
        );

        const names = await fields('tls.handshake.type == 1', 'tls.handshake.extensions_server_name');
        const connections = new Set(session.truth.segments.map(({ flow }) => flow.client.port)).size;
        assert.equal(names.length, connections);
        assert.equal(names[0], 'www.netflix.com');
        const media = new RegExp(`^ipv${ipVersion}-c00\\d-lab01-ix\\.1\\.oca\\.nflxvideo\\.net$`);
        for (const name of names.slice(1)) assert.match(name, media);
        assert.equal((await fields('tls.handshake.type == 2', 'frame.number')).length, connections);

        const answers = await fields('dns.flags.response == 1 && dns.cname', 'dns.qry.name', 'dns.cname');
        assert.equal(answers.length, 2);
        assert.equal(answers[0], 'www.netflix.com\twww.dradis.netflix.com,www.geo.netflix.com');
        const address = ipVersion === 4 ? 'dns.a' : 'dns.aaaa';
        const addresses = await fields(address, address);
        assert.deepEqual(addresses, [
          ...new Set(session.truth.segments.map(({ flow }) => flow.server.addressText)),
        ]);
      });
    }
  }

  for (const snapLength of [96, WHOLE_FRAMES]) {
    it(`cut at ${snapLength}: finds the simulated retransmissions, also if sequence numbers wrap`, async (t) => {
      const opened = await read(t, {
        sessionId: `lossy-${snapLength}`,
        pinnedPx: 720,
        snapLength,
        wrapsEarly: true,
        durationSeconds: 60,
        lossBefore: 0.005,
        lossAfter: 0.005,
        reordering: 0.005,
      });
      if (opened === null) return;
      const { session, fields } = opened;
      await assertSound(session, fields);
      const { repeated, filledIn, overtaken } = session.truth.lateTcpPackets;
      assert.ok(
        repeated > 20 && filledIn > 10 && overtaken > 3,
        JSON.stringify(session.truth.lateTcpPackets),
      );
      const late = await fields('tcp.analysis.retransmission || tcp.analysis.out_of_order', 'frame.number');
      assert.equal(late.length, repeated + filledIn + overtaken);
      // Wireshark guesses which of the two a late packet is: one that arrives within a round trip of later data may
      // be called out of order although it was retransmitted. So the sum is compared exactly, the split with a
      // margin.
      const retransmissions = await fields('tcp.analysis.retransmission', 'frame.number');
      assert.ok(retransmissions.length >= 0.85 * repeated, `${retransmissions.length} of ${repeated}`);
      assert.ok(retransmissions.length <= repeated + filledIn + overtaken);
      assert.ok((await fields('tcp.analysis.fast_retransmission', 'frame.number')).length > 0);
    });
  }

  it('QUIC with losses: nothing malformed', async (t) => {
    const opened = await read(t, {
      sessionId: 'lossy-quic',
      transport: 'quic',
      lossBefore: 0.01,
      lossAfter: 0.01,
    });
    if (opened !== null) await assertSound(opened.session, opened.fields);
  });
});
