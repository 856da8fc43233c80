import { readRecords } from '../capture/formats/read-records.js';
import type { RecordHandler } from '../capture/formats/record-reader.js';
import { decodeAddresses, decodeTransport } from '../capture/layers/packet-decoder.js';
import { PacketFields } from '../capture/layers/packet-fields.js';
import { FileChunks } from '../worker/tasks/file-chunks.js';

const ROWS = 65_536;
const ADDRESS_WORDS = 4;

/** Decodes packets into reused arrays, with the same columns as `bench/peers/libpcap.c`. */
class ColumnDecoder implements RecordHandler {
  packets = 0;
  /** Decoded TCP and UDP packets. */
  decoded = 0;
  readonly #fields = new PacketFields();
  readonly #timestampUs = new Float64Array(ROWS);
  readonly #wireLength = new Uint32Array(ROWS);
  readonly #capturedLength = new Uint32Array(ROWS);
  readonly #payloadLength = new Uint32Array(ROWS);
  readonly #tcpSeq = new Uint32Array(ROWS);
  readonly #tcpAck = new Uint32Array(ROWS);
  readonly #sourcePort = new Uint16Array(ROWS);
  readonly #destinationPort = new Uint16Array(ROWS);
  readonly #tcpFlags = new Uint16Array(ROWS);
  readonly #tcpWindow = new Uint16Array(ROWS);
  readonly #source = new Uint32Array(ROWS * ADDRESS_WORDS);
  readonly #destination = new Uint32Array(ROWS * ADDRESS_WORDS);
  readonly #protocol = new Uint8Array(ROWS);

  record(
    view: DataView,
    start: number,
    capturedLength: number,
    wireLength: number,
    timestampUs: number,
    linkType: number,
  ): boolean {
    const row = this.packets++ % ROWS;
    this.#timestampUs[row] = timestampUs;
    this.#wireLength[row] = wireLength;
    this.#capturedLength[row] = capturedLength;
    const fields = this.#fields;
    const end = start + capturedLength;
    if (decodeAddresses(view, start, end, wireLength, linkType, fields) !== null) return true;
    this.#copyAddress(view, fields.sourceAddressOffset, this.#source, row);
    this.#copyAddress(view, fields.destinationAddressOffset, this.#destination, row);
    if (decodeTransport(view, end, fields) !== null) return true;
    this.#protocol[row] = fields.protocol;
    this.#tcpSeq[row] = fields.tcpSeq;
    this.#tcpAck[row] = fields.tcpAck;
    this.#tcpFlags[row] = fields.tcpFlags;
    this.#tcpWindow[row] = fields.tcpWindow;
    this.#payloadLength[row] = fields.payloadLength;
    this.#sourcePort[row] = fields.sourcePort;
    this.#destinationPort[row] = fields.destinationPort;
    this.decoded++;
    return true;
  }

  #copyAddress(view: DataView, offset: number, target: Uint32Array, row: number): void {
    const words = this.#fields.ipVersion === 4 ? 1 : ADDRESS_WORDS;
    for (let word = 0; word < words; word++)
      target[row * ADDRESS_WORDS + word] = view.getUint32(offset + 4 * word);
  }
}

const [path = ''] = process.argv.slice(2);
const decoder = new ColumnDecoder();
await readRecords(new FileChunks(path), decoder);
console.log(JSON.stringify({ packets: decoder.packets, decoded: decoder.decoded }));
