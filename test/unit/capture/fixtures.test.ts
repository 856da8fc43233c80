import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import test from 'node:test';

import { CaptureFormatError } from '../../../domain/capture/capture-format-error.js';
import { sharedData } from '../../shared-data.js';
import { collect } from './collect.js';

/** Files that are refused although a lenient parser finds a packet in them. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  // The version stands for another record layout: libpcap refuses it too.
  ['corrupt/pcap-invalid-version-1.pcap', 'pcap version 1.4 at byte 4'],
  // Only major version 1 is defined: libpcap refuses it too.
  ['corrupt/pcapng-invalid-vers-1.pcapng', 'pcapng version 0.1 at byte 0'],
  // The section header's leading and trailing length differ, so no block border can be trusted.
  ['corrupt/shb-option-too-long.pcapng', 'block whose two lengths differ at byte 0'],
]);

/** Files that end inside a record. */
const CUT: ReadonlyMap<string, number> = new Map([['corrupt/truncated_dns_2.pcap', 240]]);

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
    const path = file === '' ? null : sharedData('pcaps', folder, file);
    if (path === null || folder === '') continue;
    fixtures.push({ name: `${folder}/${file}`, path, packets: Number(cells[PACKETS_COLUMN]) });
  }
  return fixtures;
}

const manifest = sharedData('pcaps', 'MANIFEST.md');
const fixtures = manifest === null ? [] : readManifest(manifest);

test('the manifest lists the fixtures', { skip: manifest === null && 'shared data absent' }, () => {
  assert.equal(fixtures.length, 142);
});

for (const { name, path, packets } of fixtures) {
  const refusal = REFUSED.get(name);
  test(`${name}: ${refusal ?? `${packets} packets`}`, async () => {
    if (refusal !== undefined) {
      await assert.rejects(collect(createReadStream(path)), (error) => {
        assert.ok(error instanceof CaptureFormatError);
        assert.equal(error.message, refusal);
        return true;
      });
      return;
    }
    const { summary, packets: rows } = await collect(createReadStream(path));
    assert.equal(summary.packets, packets);
    assert.equal(rows.length, packets);
    assert.equal(summary.cut?.byteOffset, CUT.get(name));
  });
}
