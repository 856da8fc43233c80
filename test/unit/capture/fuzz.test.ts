import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gzipSync } from 'node:zlib';

import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

import { CaptureFormatError } from '../../../domain/capture/capture-format-error.js';
import { sharedData } from '../../shared-data.js';
import { chunked, collect } from './collect.js';

const SEED = 20_180_211;
const MUTATIONS = 60;
const MAX_BYTES = 30_000;

const FIXTURES = [
  'video/short_test.pcap',
  'video/short_dns.pcap',
  'pcapng-suite/le_test101.pcapng',
  'link/linux_dlt_sll2.pcap',
  'vlan/pppoe-over-qinq.pcap',
  'ip/ipv6_ext_headers.pcap',
  'ip/ip6_fragments.pcap',
  'tcp/option-sack.pcap',
];

for (const fixture of FIXTURES) {
  const path = sharedData('pcaps', ...fixture.split('/'));
  test(`mutations of ${fixture}`, { skip: path === null && 'shared data absent' }, async () => {
    const original = readFileSync(path!).subarray(0, MAX_BYTES);
    const rng = xoroshiro128plus(SEED);
    const draw = (below: number) => uniformInt(rng, 0, below - 1);
    for (let round = 0; round < MUTATIONS; round++) {
      let bytes = Uint8Array.from(original);
      for (let change = draw(8); change >= 0; change--) bytes[draw(bytes.length)] = draw(256);
      if (draw(4) === 0) bytes = bytes.subarray(0, draw(bytes.length));
      if (draw(6) === 0) bytes = Uint8Array.from(gzipSync(bytes)).fill(draw(256), draw(40), draw(60));
      try {
        const { summary, packets } = await collect(chunked(bytes, 1 + draw(4000)));
        assert.equal(packets.length, summary.packets);
      } catch (error) {
        if (!(error instanceof CaptureFormatError)) throw error;
      }
    }
  });
}
