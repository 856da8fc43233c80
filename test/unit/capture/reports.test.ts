import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import test from 'node:test';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';
import { collect } from './collect.js';

/**
 * Link type and packets with an IP header, as tshark 4.0 counts them (`-Y ip`). It finds no IP under MPLS in
 * `cap_eompls`, and in 592 packets of `cap_nflog`, which is `cap_base` in another wrapping: there, every packet is meant.
 */
const IP_PACKETS: [name: string, linkType: number, packets: number][] = [
  ['cap_pktap', 258, 900],
  ['cap_radiotap', 127, 1300],
  ['cap_nflog', 239, 1650],
  ['cap_ppi', 192, 1650],
  ['cap_chdlc', 104, 1650],
  ['cap_ppphdlc', 50, 1650],
  ['cap_eompls', 1, 1300],
  ['cap_tzsp', 1, 1100],
  ['real_80211http', 127, 26],
  ['real_ipoib', 242, 26],
  ['real_nflog', 239, 4],
  ['real_LINKTYPE_PKTAP', 258, 1],
];

for (const [name, linkType, ipPackets] of IP_PACKETS) {
  const path = sharedData('reports', 'captures', `${name}.pcap.gz`);
  test(`${name}: every IP packet counts`, { skip: path === null && NO_SHARED_DATA }, async () => {
    const { summary } = await collect(createReadStream(path!));
    assert.deepEqual(summary.linkTypes, [linkType]);
    // A frame that was sent again over the air is a copy.
    const copies = summary.faults.find(({ kind }) => kind === 'duplicate')?.packets ?? 0;
    assert.equal(copies, name === 'real_80211http' ? 1 : 0);
    assert.equal(
      summary.flows.reduce((sum, flow) => sum + flow.packets, copies),
      ipPackets,
    );
    // A mirror's own packets would be one flow between the mirror and its collector.
    if (!name.startsWith('cap_')) return;
    assert.ok(summary.serverNames.some(({ name: server }) => server === 'www.netflix.com'));
  });
}

const T051 = sharedData('reports', 'captures', 'real_quic_t51.pcap.gz');
test(
  'Google QUIC T051 names its server, as in tshark',
  { skip: T051 === null && NO_SHARED_DATA },
  async () => {
    const { summary } = await collect(createReadStream(T051!));
    assert.deepEqual(
      summary.serverNames.map(({ version, name }) => [version, name]),
      [['T051', 'www.google.com']],
    );
  },
);
