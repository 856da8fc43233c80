import { ByteRun } from './byte-run.js';
import { MAX_CLIENT_PACKETS, MAX_HELLO_BYTES, NOTHING, type HelloOutcome } from './hello-outcome.js';
import { helloResult } from './hello-result.js';
import { readClientHello } from './tls-client-hello.js';
import { handshakeBytes, mayBeClientHello } from './tls-records.js';

/** Bytes needed to recognise a hello when the start of the stream is unknown: record header and message type. */
const MIN_SIGNATURE_BYTES = 6;

/**
 * Looks for a ClientHello in the data that a client sends on one TCP connection. Data is ordered by sequence number
 * from the SYN, or from the first segment that begins like a hello (a capture that starts late, a proxy's CONNECT,
 * STARTTLS).
 */
export class TcpHello {
  /** Sequence number of the run's first byte. */
  #base: number | null = null;
  #run = new ByteRun(MAX_HELLO_BYTES);
  #packets = 0;

  /** Call for a SYN of the client, before its payload. */
  open(sequence: number): void {
    this.#restart((sequence + 1) >>> 0);
  }

  /**
   * Reads a segment with payload.
   *
   * @param captured the captured bytes of the payload
   * @param payloadLength length of the payload on the wire
   * @returns null while more packets are needed
   */
  add(sequence: number, captured: Uint8Array, payloadLength: number): HelloOutcome | null {
    this.#packets++;
    let offset = this.#base === null ? -1 : (sequence - this.#base) | 0;
    const isInRun = offset >= 0 && offset < MAX_HELLO_BYTES;
    if (!isInRun || (offset > 0 && this.#isNoHello())) {
      if (captured.length < MIN_SIGNATURE_BYTES || !mayBeClientHello(captured))
        return this.#packets < MAX_CLIENT_PACKETS ? null : NOTHING;
      this.#restart(sequence);
      offset = 0;
    }
    this.#run.add(offset, captured);
    const isCut = captured.length < payloadLength;
    const begins = mayBeClientHello(this.#run.beginning);
    if (begins) {
      const hello = readClientHello(handshakeBytes(this.#run.beginning));
      if (hello.state !== 'incomplete') return helloResult(hello, null, 'incomplete');
      if (isCut) return helloResult(hello, null, 'truncated');
    }
    return this.#packets < MAX_CLIENT_PACKETS ? null : this.giveUp();
  }

  /** The outcome from the packets so far, if no more will come. */
  giveUp(): HelloOutcome {
    const { beginning } = this.#run;
    if (!mayBeClientHello(beginning)) return NOTHING;
    return helloResult(readClientHello(handshakeBytes(beginning)), null, 'incomplete');
  }

  /** True if the run has bytes at its beginning that are not those of a hello. */
  #isNoHello(): boolean {
    const { beginning } = this.#run;
    return beginning.length > 0 && !mayBeClientHello(beginning);
  }

  #restart(base: number): void {
    this.#base = base;
    this.#run = new ByteRun(MAX_HELLO_BYTES);
  }
}
