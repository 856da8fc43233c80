import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { repositoryRoot, sharedData } from '../../shared-data.js';
import { collect } from '../../unit/capture/collect.js';

interface NameRow {
  readonly frame: number;
  readonly protocol: string;
  readonly name: string;
}

const path = join(repositoryRoot(), 'test', 'golden', 'server-names', 'expected.json');
const expected = JSON.parse(readFileSync(path, 'utf8')) as Record<string, readonly NameRow[]>;

for (const [file, names] of Object.entries(expected)) {
  const capture = sharedData('pcaps', ...file.split('/'));
  const title = `${file}: ${names.length} names, as tshark reads them`;
  test(title, { skip: capture === null && 'shared data absent' }, async () => {
    const { summary } = await collect(createReadStream(capture!));
    const found = summary.serverNames.map(({ packetIndex, protocol, name }) => ({
      frame: packetIndex + 1,
      protocol,
      name,
    }));
    assert.deepEqual(found, names);
  });
}

const cut = sharedData('pcaps', 'video', 'short_clean_dump.pcap');
test(
  'video/short_clean_dump.pcap: names in hellos that the capture cut, as `strings` shows them; tshark reads none',
  { skip: cut === null && 'shared data absent' },
  async () => {
    const { summary } = await collect(createReadStream(cut!));
    assert.deepEqual(
      summary.serverNames.map(({ packetIndex, name }) => [packetIndex + 1, name]),
      [
        [35, 'www.google.com'],
        [36, 'lh3.googleusercontent.com'],
        [37, 'ssl.gstatic.com'],
        [38, 'www.gstatic.com'],
      ],
    );
  },
);
