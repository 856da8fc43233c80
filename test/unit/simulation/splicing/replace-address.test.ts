import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeAddresses, decodeTransport } from '../../../../capture/layers/packet-decoder.js';
import { PacketFields } from '../../../../capture/layers/packet-fields.js';
import { createRandom } from '../../../../common/random.js';
import { replaceAddress } from '../../../../simulation/splicing/replace-address.js';

const RAW_IP = 101;
const TCP = 6;
const UDP = 17;

const random = createRandom(9);
const bytes = (count: number): number[] => Array.from({ length: count }, () => random.integer(256));

/** The Internet checksum (RFC 1071) over bytes; the checksum field itself must be 0. */
function checksum(octets: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) sum += (octets[at]! << 8) | (octets[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

/** A datagram with correct checksums; `hasChecksum` false: a UDP checksum of 0. */
function datagram(
  version: 4 | 6,
  protocol: number,
  source: readonly number[],
  destination: readonly number[],
  payload: readonly number[],
  hasChecksum = true,
): number[] {
  const header = protocol === TCP ? 20 : 8;
  const at = protocol === TCP ? 16 : 6;
  const segment = [1, 187, 0xc0, 1, ...Array<number>(header - 4).fill(0), ...payload];
  const length = segment.length;
  if (protocol === TCP) segment[12] = 0x50;
  else segment.splice(4, 2, length >> 8, length & 255);
  const pseudo = [...source, ...destination, 0, protocol, length >> 8, length & 255];
  const sum = checksum([...pseudo, ...segment]);
  const stated = protocol === UDP && sum === 0 ? 0xffff : sum;
  if (hasChecksum) segment.splice(at, 2, stated >> 8, stated & 255);
  if (version === 6)
    return [0x60, 0, 0, 0, length >> 8, length & 255, protocol, 64, ...source, ...destination, ...segment];
  const total = length + 20;
  const ip = [0x45, 0, total >> 8, total & 255, 0, 0, 0, 0, 64, protocol, 0, 0, ...source, ...destination];
  const ipSum = checksum(ip);
  ip.splice(10, 2, ipSum >> 8, ipSum & 255);
  return [...ip, ...segment];
}

function replaced(
  octets: readonly number[],
  side: 'source' | 'destination',
  address: number[],
  captured: number,
) {
  const frame = Uint8Array.from(octets.slice(0, captured));
  const view = new DataView(frame.buffer);
  const fields = new PacketFields();
  assert.equal(decodeAddresses(view, 0, frame.length, octets.length, RAW_IP, fields), null);
  decodeTransport(view, frame.length, fields);
  const offset = side === 'source' ? fields.sourceAddressOffset : fields.destinationAddressOffset;
  replaceAddress(view, fields, offset, Uint8Array.from(address), frame.length);
  return [...frame];
}

describe('an address that is replaced', () => {
  for (const version of [4, 6] as const) {
    for (const protocol of [TCP, UDP]) {
      it(`keeps the checksums correct: IPv${version}, protocol ${protocol}`, () => {
        for (let round = 0; round < 300; round++) {
          const size = version === 4 ? 4 : 16;
          const [source, destination, address] = [bytes(size), bytes(size), bytes(size)];
          const payload = bytes(random.integer(40));
          const packet = datagram(version, protocol, source, destination, payload);
          assert.deepEqual(
            replaced(packet, 'source', address, packet.length),
            datagram(version, protocol, address, destination, payload),
          );
          assert.deepEqual(
            replaced(packet, 'destination', address, packet.length),
            datagram(version, protocol, source, address, payload),
          );
        }
      });
    }
  }

  it('does not change a UDP checksum of 0, or a checksum that was cut off', () => {
    const [source, destination, address] = [bytes(4), bytes(4), bytes(4)];
    const without = datagram(4, UDP, source, destination, [1, 2, 3], false);
    assert.deepEqual(
      replaced(without, 'source', address, without.length),
      datagram(4, UDP, address, destination, [1, 2, 3], false),
    );
    const whole = datagram(4, TCP, source, destination, []);
    const cut = 36;
    assert.deepEqual(
      replaced(whole, 'source', address, cut),
      datagram(4, TCP, address, destination, []).slice(0, cut),
    );
  });
});
