import assert from 'node:assert/strict';
import test from 'node:test';
import ipaddr from 'ipaddr.js';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { CryptoPan } from '../../../../capture/privacy/crypto-pan.js';

/** Key and addresses of the sample trace in the authors' reference distribution. */
const KEY = Uint8Array.of(
  ...[21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16],
  ...[216, 152, 143, 131, 121, 121, 101, 39, 98, 87, 76, 45, 42, 132, 34, 2],
);
const IPV4: readonly (readonly [string, string])[] = [
  ['128.11.68.132', '135.242.180.132'],
  ['129.118.74.4', '134.136.186.123'],
  ['130.132.252.244', '133.68.164.234'],
  ['141.223.7.43', '141.167.8.160'],
  ['141.233.145.108', '141.129.237.235'],
  ['152.163.225.39', '151.140.114.167'],
  ['156.29.3.236', '147.225.12.42'],
  ['165.247.96.84', '162.9.99.234'],
  ['166.107.77.190', '160.132.178.185'],
  ['192.102.249.13', '252.138.62.131'],
  ['192.215.32.125', '252.43.47.189'],
  ['192.233.80.103', '252.25.108.8'],
  ['192.41.57.43', '252.222.221.184'],
  ['193.150.244.223', '253.169.52.216'],
  ['195.205.63.100', '255.186.223.5'],
  ['4.3.88.225', '124.60.155.63'],
  ['64.14.118.196', '0.255.183.58'],
  ['10.185.25.118', '117.161.29.118'],
];
/**
 * The reference has no IPv6. Other implementations agree on these values (Y. Angel's in Go, yacryptopan in Python).
 */
const IPV6: readonly (readonly [string, string])[] = [
  ['::1', '78ff:f001:9fc0:20df:8380:b1f1:704:ed'],
  ['::2', '78ff:f001:9fc0:20df:8380:b1f1:704:ef'],
  ['::ffff', '78ff:f001:9fc0:20df:8380:b1f1:704:f838'],
  ['2001:db8::1', '4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e'],
  ['2001:db8::2', '4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c'],
];

test('maps the published addresses to the published images', () => {
  const cryptoPan = new CryptoPan(KEY);
  for (const [address, mapped] of [...IPV4, ...IPV6]) assert.equal(cryptoPan.map(address), mapped);
});

test('the images of two addresses have exactly the same common prefix length', () => {
  const cryptoPan = new CryptoPan(KEY);
  const rng = xoroshiro128plus(7);
  for (let round = 0; round < 500; round++) {
    const first = uniformInt(rng, 0, 0xffff_ffff);
    const second = (first ^ (0x8000_0000 >>> uniformInt(rng, 0, 31))) >>> 0;
    assert.equal(
      commonPrefixBits(numberOf(cryptoPan.map(textOf(first))), numberOf(cryptoPan.map(textOf(second)))),
      commonPrefixBits(first, second),
    );
  }
});

test('a key of another length is refused', () => {
  assert.throws(() => new CryptoPan(KEY.subarray(1)), /32 bytes, not 31/);
});

function textOf(address: number): string {
  return ipaddr.fromByteArray([24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff)).toString();
}

function numberOf(address: string): number {
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((sum, byte) => sum * 256 + byte, 0);
}

function commonPrefixBits(first: number, second: number): number {
  return Math.clz32(first ^ second);
}
