/** The used parts of lz4js 0.2, which has no types. */
declare module 'lz4js' {
  const lz4: {
    /** Decompresses LZ4 frames. @throws Error if the data is not LZ4. */
    decompress(data: Uint8Array): Uint8Array;
    compress(data: Uint8Array): Uint8Array;
  };
  export default lz4;
}
