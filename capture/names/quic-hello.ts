import { ByteRun } from './byte-run.js';
import { googleVersion, readGoogleHello, type GoogleHello } from './google-quic.js';
import { failed, MAX_CLIENT_PACKETS, MAX_HELLO_BYTES, NOTHING, type HelloOutcome } from './hello-outcome.js';
import { helloResult } from './hello-result.js';
import { collectCryptoFrames } from './quic-crypto-frames.js';
import { hasUnknownVersion, readLongHeader, type QuicLongHeader } from './quic-header.js';
import { openInitial } from './quic-initial.js';
import { clientInitialKeys, type InitialKeys } from './quic-keys.js';
import { readClientHello } from './tls-client-hello.js';

/** Maximum coalesced packets read from one datagram. */
const MAX_PACKETS_PER_DATAGRAM = 8;

/** Keys of one connection's Initial packets, and the handshake stream read from them. */
interface Connection {
  readonly id: Uint8Array;
  readonly versionName: string;
  readonly keys: InitialKeys;
  readonly stream: ByteRun;
}

/**
 * Looks for the server name in the packets that a client sends on one UDP flow: in the Initial packets of QUIC v1
 * and v2 (and of drafts and Google versions with the same protection), or in the plain CHLO of older Google
 * versions.
 */
export class QuicHello {
  #connection: Connection | null = null;
  #googleVersion: string | null = null;
  #packets = 0;
  /** Fault of the first packet that could not be read. */
  #failure = NOTHING;

  /**
   * Reads a datagram.
   *
   * @param captured its captured bytes
   * @param payloadLength its length on the wire
   * @returns null while more packets are needed
   */
  add(captured: Uint8Array, payloadLength: number): HelloOutcome | null {
    this.#packets++;
    const outcome = this.#readInitials(captured) ?? this.#readGoogle(captured, payloadLength);
    if (outcome) return outcome;
    return this.#packets < MAX_CLIENT_PACKETS ? null : this.giveUp();
  }

  /** The outcome from the packets so far, if no more will come. */
  giveUp(): HelloOutcome {
    const { beginning, hasGap } = this.#connection?.stream ?? { beginning: new Uint8Array(0), hasGap: false };
    if (this.#connection && (beginning.length > 0 || hasGap))
      return helloResult(readClientHello(beginning), this.#connection.versionName, 'incomplete');
    return this.#failure;
  }

  #readInitials(datagram: Uint8Array): HelloOutcome | null {
    let start = 0;
    for (let packet = 0; packet < MAX_PACKETS_PER_DATAGRAM && start < datagram.length; packet++) {
      const header = readLongHeader(datagram, start);
      if (!header) return null;
      start = header.end;
      if (!header.isInitial) continue;
      const frames = this.#open(datagram, header);
      if (!frames) continue;
      if (header.version.isGoogleCrypto)
        return googleResult(readGoogleHello(frames), header.version.name, header.end > datagram.length);
      const { stream, versionName } = this.#connection!;
      collectCryptoFrames(frames, stream);
      const hello = readClientHello(stream.beginning);
      if (hello.state !== 'incomplete') return helloResult(hello, versionName, 'incomplete');
      if (header.end > datagram.length) return helloResult(hello, versionName, 'truncated');
    }
    return null;
  }

  /**
   * The frames of an Initial packet. Its keys come from the connection id of the client's first packet; later
   * packets have the id that the server chose. If those keys do not fit, the packet may begin another connection.
   */
  #open(datagram: Uint8Array, header: QuicLongHeader): Uint8Array | null {
    const isWhole = header.end <= datagram.length;
    const known = this.#connection;
    const isKnown = known !== null && known.versionName === header.version.name;
    // The keys of a cut packet cannot be verified, so only keys from its own connection id are used.
    if (isKnown && (isWhole || Buffer.compare(known.id, header.destinationId) === 0)) {
      const frames = openInitial(datagram, header, known.keys);
      if (frames) return frames;
    }
    const keys = clientInitialKeys(header.version, header.destinationId);
    const frames = openInitial(datagram, header, keys);
    if (!frames) {
      if (this.#failure === NOTHING) this.#failure = failed('quic', isWhole ? 'undecryptable' : 'truncated');
      return null;
    }
    this.#connection = {
      id: Uint8Array.from(header.destinationId),
      versionName: header.version.name,
      keys,
      stream: new ByteRun(MAX_HELLO_BYTES),
    };
    return frames;
  }

  /** Packets after the first may omit the version. */
  #readGoogle(datagram: Uint8Array, payloadLength: number): HelloOutcome | null {
    this.#googleVersion ??= googleVersion(datagram);
    if (this.#googleVersion === null) {
      if (this.#failure === NOTHING && hasUnknownVersion(datagram, payloadLength))
        this.#failure = failed('quic', 'unknown-version');
      return null;
    }
    const hello = readGoogleHello(datagram);
    const isCut = datagram.length < payloadLength;
    if (hello.state === 'none' && isCut && this.#failure === NOTHING)
      this.#failure = failed('quic', 'truncated');
    return hello.state === 'none' ? null : googleResult(hello, this.#googleVersion, isCut);
  }
}

function googleResult({ state, serverName }: GoogleHello, version: string, isCut: boolean): HelloOutcome {
  if (serverName !== null)
    return { name: { protocol: 'gquic', version, name: serverName, hasEncryptedHello: false }, fault: null };
  return state === 'cut' ? failed('quic', isCut ? 'truncated' : 'malformed-hello') : NOTHING;
}
