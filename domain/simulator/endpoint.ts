/** One side of a conversation. */
export interface Endpoint {
  readonly mac: readonly number[];
  /** IPv4 address, four bytes. */
  readonly address: readonly number[];
  readonly port: number;
  /** Time to live of its packets where the capture sees them. */
  readonly ttl: number;
}

const CLIENT_MAC = [0x02, 0, 0, 0, 0, 1];
const GATEWAY_MAC = [0x02, 0, 0, 0, 0, 2];
const CLIENT_TTL = 64;
const SERVER_TTL = 57;

/** The viewer's machine (dotted address), seen before its packets pass a router. */
export const clientEndpoint = (address: string, port: number): Endpoint => ({
  mac: CLIENT_MAC,
  address: address.split('.').map(Number),
  port,
  ttl: CLIENT_TTL,
});

/** A machine behind the gateway (dotted address). */
export const serverEndpoint = (address: string, port: number): Endpoint => ({
  mac: GATEWAY_MAC,
  address: address.split('.').map(Number),
  port,
  ttl: SERVER_TTL,
});
