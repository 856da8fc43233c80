import assert from 'node:assert/strict';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CaptureFormatError } from '../../../capture/formats/capture-format-error.js';
import { projectRoot } from '../../../common/project-root.js';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';
import { collect } from '../../unit/capture/collect.js';

interface NameRow {
  readonly frame: number;
  readonly protocol: string;
  readonly name: string;
}

const path = join(projectRoot(), 'test', 'golden', 'server-names', 'expected.json');
const expected = JSON.parse(readFileSync(path, 'utf8')) as Record<string, readonly NameRow[]>;

for (const [file, names] of Object.entries(expected)) {
  const capture = sharedData('pcaps', ...file.split('/'));
  const title = `${file}: ${names.length} names, as tshark reads them`;
  test(title, { skip: capture === null && NO_SHARED_DATA }, async () => {
    const { summary } = await collect(createReadStream(capture!));
    const found = summary.serverNames.map(({ packetIndex, protocol, name }) => ({
      frame: packetIndex + 1,
      protocol,
      name,
    }));
    assert.deepEqual(found, names);
  });
}

const CUT_HELLOS = 'video/short_clean_dump.pcap';
const folder = sharedData('pcaps');
test('no other capture has server names', { skip: folder === null && NO_SHARED_DATA }, async () => {
  const others = readdirSync(folder!, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(pcap|pcapng|cap)/.test(file) && !(file in expected) && file !== CUT_HELLOS,
  );
  assert.ok(others.length > 100, String(others.length));
  for (const file of others) {
    const decoded = await collect(createReadStream(join(folder!, file))).catch((error: unknown) => {
      if (error instanceof CaptureFormatError) return null;
      throw error;
    });
    assert.deepEqual([file, decoded?.summary.serverNames ?? []], [file, []]);
  }
});

const cut = sharedData('pcaps', ...CUT_HELLOS.split('/'));
test(
  `${CUT_HELLOS}: names in hellos that the capture cut, as shown by strings(1); tshark reads none`,
  { skip: cut === null && NO_SHARED_DATA },
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
