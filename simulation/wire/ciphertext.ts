import { createRandom } from '../../common/random.js';

const BLOCK_BYTES = 65_536;
const BLOCK_SEED = 0x5eed;

/** Fills the target with random bytes that look like ciphertext; the same position gives the same bytes. */
export function fillCiphertext(target: Uint8Array, position: number): void {
  for (let done = 0; done < target.length;) {
    const start = (position + done) % BLOCK_BYTES;
    const part = BLOCK.subarray(start, Math.min(BLOCK_BYTES, start + target.length - done));
    target.set(part, done);
    done += part.length;
  }
}

/** Random bytes for keys, nonces and connection ids. */
export function randomBytes(random: { integer(n: number): number }, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.integer(256));
}

const BLOCK = randomBytes(createRandom(BLOCK_SEED), BLOCK_BYTES);
