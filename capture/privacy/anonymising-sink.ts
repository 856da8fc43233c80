import type {
  DnsAnswer,
  DnsMessage,
  Flow,
  PacketBatch,
  SegmentBatch,
  ServerName,
} from '../../schemas/capture.js';
import type { CaptureSink } from '../capture-sink.js';
import { CryptoPan } from './crypto-pan.js';

/** Names in these zones contain an address: reverse look-ups (RFC 1035 section 3.5, RFC 3596 section 2.5). */
const REVERSE_ZONES = /(?:^|\.)(in-addr|ip6)\.arpa$/;

/**
 * Replaces client addresses by their Crypto-PAn images wherever they occur: as client of a flow or of a DNS
 * message, as server of another flow, in a DNS answer, or in place of a server name. Resolvers are replaced too,
 * because a home resolver shares the clients' prefix. Names of reverse look-ups lose the address. Server addresses
 * are kept, because services are recognised by them.
 *
 * Only at the end is it known whether the address in an answer is a client's, so answers are buffered until then.
 */
export class AnonymisingSink implements CaptureSink {
  readonly #sink: CaptureSink;
  readonly #cryptoPan: CryptoPan;
  readonly #hidden = new Set<string>();
  readonly #answers: (readonly DnsAnswer[])[] = [];

  /** @param key 32 bytes */
  constructor(sink: CaptureSink, key: Uint8Array) {
    this.#sink = sink;
    this.#cryptoPan = new CryptoPan(key);
  }

  packets(batch: PacketBatch): void | Promise<void> {
    return this.#sink.packets(batch);
  }

  segments(batch: SegmentBatch): void | Promise<void> {
    return this.#sink.segments(batch);
  }

  async dnsMessages(rows: readonly DnsMessage[]): Promise<void> {
    for (const row of rows) this.#hidden.add(row.clientAddress).add(row.resolverAddress);
    await this.#sink.dnsMessages(
      rows.map((row) => ({
        ...row,
        clientAddress: this.#hide(row.clientAddress),
        resolverAddress: this.#hide(row.resolverAddress),
        queryName: withoutAddress(row.queryName),
      })),
    );
  }

  dnsAnswers(rows: readonly DnsAnswer[]): void {
    this.#answers.push(rows);
  }

  /** Collects the clients of every flow, then emits the answers. Call before the first `flows`. */
  async clients(flows: Iterable<readonly Flow[]>): Promise<void> {
    for (const rows of flows) for (const flow of rows) this.#hidden.add(flow.clientAddress);
    for (const rows of this.#answers.splice(0)) {
      await this.#sink.dnsAnswers(
        rows.map((row) => ({
          ...row,
          clientAddress: this.#hide(row.clientAddress),
          queryName: withoutAddress(row.queryName),
          name: withoutAddress(row.name),
          data: row.type === 'CNAME' ? withoutAddress(row.data) : this.#hide(row.data),
        })),
      );
    }
  }

  async flows(rows: readonly Flow[]): Promise<void> {
    await this.#sink.flows(
      rows.map((flow) => ({
        ...flow,
        clientAddress: this.#hide(flow.clientAddress),
        serverAddress: this.#hide(flow.serverAddress),
      })),
    );
  }

  async serverNames(rows: readonly ServerName[]): Promise<void> {
    await this.#sink.serverNames(rows.map((row) => ({ ...row, name: withoutAddress(this.#hide(row.name)) })));
  }

  #hide(address: string): string {
    return this.#hidden.has(address) ? this.#cryptoPan.map(address) : address;
  }
}

function withoutAddress(name: string): string {
  const zone = REVERSE_ZONES.exec(name)?.[1];
  return zone === undefined ? name : `${zone}.arpa`;
}
