import ipaddr from 'ipaddr.js';

/** One side of a connection. */
export interface Endpoint {
  readonly mac: readonly number[];
  /** Four bytes (IPv4) or sixteen (IPv6). */
  readonly address: readonly number[];
  /** The same, as text. */
  readonly addressText: string;
  readonly port: number;
  /** Time to live (hop limit) of its packets at the capture. */
  readonly timeToLive: number;
}

const CLIENT_MAC = [0x02, 0, 0, 0, 0, 1];
const GATEWAY_MAC = [0x02, 0, 0, 0, 0, 2];
const CLIENT_TTL = 64;
const SERVER_TTL = 57;

/** The viewer's device, captured before its packets pass a router. */
export const clientEndpoint = (addressText: string, port: number): Endpoint => ({
  mac: CLIENT_MAC,
  address: ipaddr.parse(addressText).toByteArray(),
  addressText,
  port,
  timeToLive: CLIENT_TTL,
});

/** A machine behind the gateway. */
export const serverEndpoint = (addressText: string, port: number): Endpoint => ({
  mac: GATEWAY_MAC,
  address: ipaddr.parse(addressText).toByteArray(),
  addressText,
  port,
  timeToLive: SERVER_TTL,
});
