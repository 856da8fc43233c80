import ipaddr = require('ipaddr.js');

export const IPV4_BYTES = 4;
export const IPV6_BYTES = 16;

/** Ranges of ipaddr.js on the customer's side of the access line. */
const PRIVATE_RANGES: ReadonlySet<string> = new Set([
  'private',
  'uniqueLocal',
  'linkLocal',
  'loopback',
  'carrierGradeNat',
]);

/** The address at `offset`: dotted decimal, or IPv6 in the format of RFC 5952. */
export function addressText(view: DataView, offset: number, ipVersion: 4 | 6): string {
  const address = parsedAddress(view, offset, ipVersion);
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

/**
 * An address in the format of {@link addressText}, so that addresses from other sources can be compared; null if it
 * is not an address.
 */
export function canonicalAddress(text: string): string | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return text;
  if (!ipaddr.isValid(text)) return null;
  const address = ipaddr.parse(text);
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

/** Private (RFC 1918, RFC 4193), link-local, loopback or shared (RFC 6598) address. */
export function isPrivateAddress(view: DataView, offset: number, ipVersion: 4 | 6): boolean {
  return PRIVATE_RANGES.has(parsedAddress(view, offset, ipVersion).range());
}

function parsedAddress(view: DataView, offset: number, ipVersion: 4 | 6): ipaddr.IPv4 | ipaddr.IPv6 {
  const length = ipVersion === 4 ? IPV4_BYTES : IPV6_BYTES;
  return ipaddr.fromByteArray([...new Uint8Array(view.buffer, view.byteOffset + offset, length)]);
}
