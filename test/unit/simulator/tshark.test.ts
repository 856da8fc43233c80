import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { captureBytes } from '../../../domain/simulator/capture-bytes.js';
import { simulateSession } from '../../../domain/simulator/simulate-session.js';

const run = promisify(execFile);

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

  for (const transport of ['tcp', 'quic'] as const) {
    it(`${transport}: every packet is read, none is malformed, lost or repeated`, async (t) => {
      if (!hasTshark) {
        t.skip('tshark is not installed');
        return;
      }
      const { packets } = simulateSession({
        sessionId: `tshark-${transport}`,
        seed: 5,
        heightPx: 480,
        durationSeconds: 40,
        startUs: 1_767_571_200_000_000,
        transport,
        service: 'netflix',
      });
      const file = join(folder, `${transport}.pcap`);
      await writeFile(file, captureBytes(packets));
      const fields = async (filter: string, ...names: string[]) => {
        const wanted = names.flatMap((name) => ['-e', name]);
        const options = ['-o', 'ip.check_checksum:TRUE', '-T', 'fields', ...wanted];
        const { stdout } = await run('tshark', ['-r', file, '-n', '-Y', filter, ...options], {
          maxBuffer: 2 ** 26,
        });
        return stdout.split('\n').filter((line) => line !== '');
      };

      assert.equal((await fields('frame', 'frame.number')).length, packets.length);
      const trouble = '_ws.malformed || tcp.analysis.flags || ip.checksum.status == 0 || icmp';
      assert.deepEqual(await fields(trouble, 'frame.number', '_ws.col.Info'), []);
      const answers = await fields('dns.flags.response == 1', 'dns.qry.name', 'dns.a');
      assert.equal(answers.length, 2);
      assert.match(answers[0] ?? '', /^www\.netflix\.com\t203\.0\.113\./);
      assert.match(answers[1] ?? '', /^ipv4-c00\d-lab01-ix\.1\.oca\.nflxvideo\.net\t198\.51\.100\./);
    });
  }
});
