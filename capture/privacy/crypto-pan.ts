import { createCipheriv } from 'node:crypto';
import ipaddr = require('ipaddr.js');

/** Bytes of a key: 16 for encryption, 16 for the padding. */
const CRYPTO_PAN_KEY_BYTES = 32;

const BLOCK_BYTES = 16;
const BITS_PER_BYTE = 8;

/**
 * Maps IP addresses one-to-one so that two addresses with a common prefix of exactly n bits keep a common prefix of
 * exactly n bits (Crypto-PAn: Xu, Fan, Ammar, Moon, "Prefix-Preserving IP Address Anonymization", ICNP 2002). IPv6
 * addresses are mapped over all 128 bits by the same rule. The key is sufficient to undo the map.
 */
export class CryptoPan {
  readonly #key: Uint8Array;
  readonly #padding: Uint8Array;
  readonly #known = new Map<string, string>();

  /** @throws RangeError if the key is not 32 bytes long */
  constructor(key: Uint8Array) {
    if (key.length !== CRYPTO_PAN_KEY_BYTES)
      throw new RangeError(`a Crypto-PAn key has ${CRYPTO_PAN_KEY_BYTES} bytes, not ${key.length}`);
    this.#key = key.slice(0, BLOCK_BYTES);
    this.#padding = this.#encrypt(key.slice(BLOCK_BYTES));
  }

  /** The image of `address`, dotted decimal or in the format of RFC 5952. @throws Error if it is not an address */
  map(address: string): string {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const mapped = ipaddr.fromByteArray([...this.#mapBytes(ipaddr.parse(address).toByteArray())]);
    const text = mapped instanceof ipaddr.IPv6 ? mapped.toRFC5952String() : mapped.toString();
    this.#known.set(address, text);
    return text;
  }

  /** Bit n of the result is bit n of the address, flipped or not depending on the n bits before it. */
  #mapBytes(address: readonly number[]): Uint8Array {
    const bits = address.length * BITS_PER_BYTE;
    const blocks = new Uint8Array(bits * BLOCK_BYTES);
    for (let bit = 0; bit < bits; bit++) {
      const block = blocks.subarray(bit * BLOCK_BYTES, (bit + 1) * BLOCK_BYTES);
      const wholeBytes = bit >> 3;
      const mask = 0xff00 >> (bit & 7);
      block.set(this.#padding);
      block.set(address.slice(0, wholeBytes));
      block[wholeBytes] = (address[wholeBytes]! & mask) | (this.#padding[wholeBytes]! & ~mask);
    }
    const encrypted = this.#encrypt(blocks);
    const mapped = Uint8Array.from(address);
    for (let bit = 0; bit < bits; bit++) {
      const flip = encrypted[bit * BLOCK_BYTES]! >> (BITS_PER_BYTE - 1);
      mapped[bit >> 3]! ^= flip << (BITS_PER_BYTE - 1 - (bit & 7));
    }
    return mapped;
  }

  #encrypt(blocks: Uint8Array): Uint8Array {
    const cipher = createCipheriv('aes-128-ecb', this.#key, null).setAutoPadding(false);
    return new Uint8Array(Buffer.concat([cipher.update(blocks), cipher.final()]));
  }
}
