/** Small, so that a decompression bomb is detected before it fills the memory. */
const SLICE_BYTES = 1 << 14;

/** The bytes of a source in slices of at most 16 KiB. */
export async function* slices(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source)
    for (let start = 0; start < chunk.length; start += SLICE_BYTES)
      yield chunk.subarray(start, start + SLICE_BYTES);
}
