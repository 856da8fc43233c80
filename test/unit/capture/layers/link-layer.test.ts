import assert from 'node:assert/strict';
import test from 'node:test';
import { NO_FLOW } from '../../../../schemas/capture.js';
import { chunked, collect } from '../collect.js';
import { concat, hex, pcap, tcp } from '../frames.js';

const INNER = tcp({ from: '10.0.0.2', to: '192.0.2.1', fromPort: 50_000, toPort: 443 }, { length: 77 });
const MACS = '020000000001 020000000002';
/** Three addresses and the sequence control of 802.11. */
const WLAN = `${MACS} 020000000003 0000`;
const NO_BYTES = new Uint8Array(0);
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
  ['PPP in HDLC-like framing', 50, 'ff03 0021'],
  ['PPPoE without Ethernet', 51, '11000001 0077 0021'],
  ['PPP with a direction', 204, '01 ff03 0021'],
  ['C-HDLC', 104, '0f00 0800'],
  ['IPoIB', 242, `${'00'.repeat(40)} 0800 0000`],
  ['IP where Ethernet is stated', 1, ''],
  ['Ethernet over MPLS with a control word', 1, `${MACS} 8847 00010140 00000000 ${MACS} 0800`],
  ['Ethernet over MPLS without a control word', 1, `${MACS} 8847 00010140 ${MACS} 0800`],
  ['802.11 data', 105, `0801 0000 ${WLAN} aaaa03 000000 0800`],
  ['802.11 QoS data', 105, `8801 0000 ${WLAN} 0000 aaaa03 000000 0800`],
  ['802.11 QoS data with HT control', 105, `8881 0000 ${WLAN} 0000 00000000 aaaa03 000000 0800`],
  ['802.11 between stations', 105, `0803 0000 ${WLAN} 020000000004 aaaa03 000000 0800`],
  ['802.11 aggregate of one frame', 105, `8801 0000 ${WLAN} 8000 ${MACS} 007d aaaa03 000000 0800`],
  ['radiotap', 127, `0000 0800 00000000 0801 0000 ${WLAN} aaaa03 000000 0800`],
  [
    'radiotap with a time and padding of the header',
    127,
    `0000 1900 03000000 0000000000000000 20 ${'00'.repeat(8)} 8801 0000 ${WLAN} 0000 0000 aaaa03 000000 0800`,
  ],
  ['PPI', 192, `0000 0800 01000000 ${MACS} 0800`],
  ['PKTAP', 258, `0c000000 01000000 01000000 ${MACS} 0800`],
  ['NFLOG, little-endian', 239, '0200 0000 0800 0100 08000000 0500 0a00 61000000 7500 0900'],
  ['NFLOG, big-endian', 239, '0200 0000 0008 0001 00000000 0075 0009'],
];

for (const [name, linkType, header] of FRAMED) {
  test(name, async () => {
    const { summary, packets } = await collect(
      chunked(
        pcap(linkType, [concat([hex(header), INNER, header === '' && linkType === 1 ? NO_BYTES : PADDING])]),
      ),
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
  ['an unknown link type', 147, '0000 0000', 'link', 'unsupported-link-type-147'],
  ['a radiotap header cut off', 127, '0000 0000', 'link', 'truncated'],
  ['an encrypted frame of 802.11', 105, `0841 0000 ${WLAN} 00000000`, 'wlan', 'encrypted'],
  ['a beacon of 802.11', 105, `8000 0000 ${WLAN} 00000000`, 'wlan', 'not-data'],
  [
    'an aggregate of 802.11',
    105,
    `8801 0000 ${WLAN} 8000 ${MACS} 0001 ${'00'.repeat(40)}`,
    'wlan',
    'aggregate',
  ],
  ['PPI in PPI', 192, '0000 0800 c0000000 0000', 'link', 'bad-header'],
  ['PKTAP of 8 bytes, less than its own fields', 258, '08000000 01000000 01000000', 'link', 'bad-header'],
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
