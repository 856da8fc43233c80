import { z } from 'zod';

/** Number types in a model file; all little-endian, like every machine that Node runs on. */
const KINDS = {
  u8: Uint8Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

type Kinds = typeof KINDS;

/** An array of numbers as base64 of its bytes. */
export function numbersToBase64(numbers: Uint8Array | Int32Array | Float32Array | Float64Array): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
}

/** Reads the text that `numbersToBase64` wrote; ZodError if it is not base64 of a whole number of elements. */
export function base64Numbers<Kind extends keyof Kinds>(kind: Kind) {
  return z.base64().transform((text, context): InstanceType<Kinds[Kind]> => {
    const bytes = Buffer.from(text, 'base64');
    const type = KINDS[kind];
    if (bytes.length % type.BYTES_PER_ELEMENT !== 0) {
      context.addIssue(`${bytes.length} bytes are not a multiple of ${type.BYTES_PER_ELEMENT}`);
      return z.NEVER;
    }
    const aligned = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    return new type(aligned) as InstanceType<Kinds[Kind]>;
  });
}
