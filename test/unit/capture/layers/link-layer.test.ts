import assert from 'node:assert/strict';
import test from 'node:test';
import { NO_FLOW } from '../../../../schemas/capture.js';
import { chunked, collect } from '../collect.js';
import { concat, hex, pcap, tcp } from '../frames.js';

const INNER = tcp({ from: '10.0.0.2', to: '192.0.2.1', fromPort: 50_000, toPort: 443 }, { length: 77 });
const MACS = '020000000001 020000000002';
const PADDING = new Uint8Array(9);

/** Bytes before the IPv4 header on each link layer. */
const FRAMED: [name: string, linkType: number, header: string][] = [
  ['Ethernet', 1, `${MACS} 0800`],
  ['VLAN', 1, `${MACS} 8100 0064 0800`],
  ['QinQ', 1, `${MACS} 88a8 0064 8100 0065 0800`],
  ['VN-Tag', 1, `${MACS} 8926 00000000 0800`],
  ['MPLS, two labels', 1, `${MACS} 8847 00010040 00011140`],
  ['PPPoE in VLAN', 1, `${MACS} 8100 0064 8864 11000001 0077 0021`],
  ['SNAP', 1, `${MACS} 007d aaaa03 000000 0800`],
  ['Linux cooked', 113, '0000 0001 0006 0200000000010000 0800'],
  ['Linux cooked 2', 276, '0800 0000 00000001 0001 00 06 0200000000010000'],
  ['raw', 101, ''],
  ['raw, BSD', 12, ''],
  ['raw, OpenBSD', 14, ''],
  ['raw IPv4', 228, ''],
  ['null, little-endian', 0, '02000000'],
  ['null, big-endian', 0, '00000002'],
  ['null with an EtherType', 0, '0f000800'],
  ['loop', 108, '00000002'],
  ['PPP', 9, '0021'],
  ['PPP with a compressed protocol field', 9, '21'],
  ['PPP with address and control', 9, 'ff03 0021'],
];

for (const [name, linkType, header] of FRAMED) {
  test(name, async () => {
    const { summary, packets } = await collect(
      chunked(pcap(linkType, [concat([hex(header), INNER, PADDING])])),
    );
    assert.deepEqual(summary.faults, []);
    assert.equal(packets[0]?.payload_length, 77);
    assert.equal(summary.flows[0]?.serverAddress, '192.0.2.1');
  });
}

const NOT_DECODED: [name: string, linkType: number, frame: string, layer: string, kind: string][] = [
  ['ARP', 1, `${MACS} 0806 0001 0800 06 04 0001`, 'link', 'not-ip'],
  ['a frame shorter than its header', 1, '020000', 'link', 'truncated'],
  ['a label stack without an end', 1, `${MACS} 8847 00000000 00000000`, 'link', 'truncated'],
  ['radiotap', 127, '0000 0000', 'link', 'unsupported-link-type'],
  ['an IPv4 header cut off', 1, `${MACS} 0800 4500`, 'ipv4', 'truncated'],
  ['IPv4 on a link that says IPv6', 229, '45'.padEnd(80, '0'), 'ipv6', 'bad-version'],
];

for (const [name, linkType, frame, layer, kind] of NOT_DECODED) {
  test(`${name} gives a row without a flow, and is counted`, async () => {
    const { summary, packets } = await collect(chunked(pcap(linkType, [hex(frame)])));
    assert.equal(packets[0]?.flow_id, NO_FLOW);
    assert.deepEqual(summary.faults, [{ layer, kind, packets: 1 }]);
    assert.deepEqual(summary.flows, []);
  });
}
