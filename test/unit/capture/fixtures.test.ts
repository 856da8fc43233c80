import assert from 'node:assert/strict';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { CaptureFormatError } from '../../../capture/formats/capture-format-error.js';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';
import { collect } from './collect.js';

/** Files that are refused although the manifest's lenient parser finds a packet in them. */
const REFUSED: ReadonlyMap<string, { error: string; why: string }> = new Map([
  [
    'corrupt/pcap-invalid-version-1.pcap',
    {
      error: 'pcap version 1.4 at byte 4',
      why: 'the version has another record layout; libpcap and tshark refuse it too',
    },
  ],
  [
    'corrupt/pcapng-invalid-vers-1.pcapng',
    {
      error: 'pcapng version 0.1 at byte 0',
      why: 'only major version 1 is defined; libpcap and tshark refuse it too',
    },
  ],
  [
    'corrupt/shb-option-too-long.pcapng',
    {
      error: 'block whose two lengths differ at byte 0',
      why: 'no block boundary can be trusted; tshark refuses the section for its options',
    },
  ],
]);

/** Files that end inside a record: the offset, and tshark's message. */
const CUT: ReadonlyMap<string, number> = new Map([
  // "appears to have been cut short in the middle of a packet"
  ['corrupt/truncated_dns_2.pcap', 240],
]);

/** Files with a link layer in which IP packets are not searched. */
const UNSUPPORTED_LINKS: ReadonlyMap<string, { linkType: number; packets: number }> = new Map([
  // Netlink: kernel messages, not packets.
  ['format/microsecs_big_endian.pcap', { linkType: 253, packets: 13 }],
  // Experimental Ethernet of 3 Mbit/s: not IP in a known form.
  ['format/rshk_test006-fixed.ntar', { linkType: 2, packets: 1 }],
]);

interface Fixture {
  readonly name: string;
  readonly path: string;
  readonly packets: number;
}

const FILE_COLUMN = 1;
const PACKETS_COLUMN = 6;

/** Rows of MANIFEST.md: sections are folders, column `n` is the packet count. */
function readManifest(manifest: string): Fixture[] {
  const fixtures: Fixture[] = [];
  let folder = '';
  for (const line of readFileSync(manifest, 'utf8').split('\n')) {
    folder = /^## (\S+)\/$/.exec(line)?.[1] ?? folder;
    const cells = line.split('|').map((cell) => cell.trim());
    const file = cells[FILE_COLUMN] ?? '';
    const path = join(dirname(manifest), folder, file);
    if (file === '' || folder === '' || !existsSync(path)) continue;
    fixtures.push({ name: `${folder}/${file}`, path, packets: Number(cells[PACKETS_COLUMN]) });
  }
  return fixtures;
}

const manifest = sharedData('pcaps', 'MANIFEST.md');
const fixtures = manifest === null ? [] : readManifest(manifest);

test('the manifest lists the fixtures', { skip: manifest === null && NO_SHARED_DATA }, () => {
  assert.equal(fixtures.length, 142);
});

for (const { name, path, packets } of fixtures) {
  const refusal = REFUSED.get(name);
  test(`${name}: ${refusal ? `refused, for ${refusal.why}` : `${packets} packets`}`, async () => {
    if (refusal !== undefined) {
      await assert.rejects(collect(createReadStream(path)), (error) => {
        assert.ok(error instanceof CaptureFormatError);
        assert.equal(error.message, refusal.error);
        return true;
      });
      return;
    }
    const { summary, packets: rows } = await collect(createReadStream(path));
    assert.equal(summary.packets, packets);
    assert.equal(rows.length, packets);
    assert.equal(summary.cut?.byteOffset, CUT.get(name));
    const unsupported = UNSUPPORTED_LINKS.get(name);
    assert.deepEqual(
      summary.faults.filter(({ kind }) => kind.startsWith('unsupported-link-type')),
      unsupported === undefined
        ? []
        : [
            {
              layer: 'link',
              kind: `unsupported-link-type-${unsupported.linkType}`,
              packets: unsupported.packets,
            },
          ],
    );
  });
}
