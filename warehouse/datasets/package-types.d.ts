/** The parts used of lz4js 0.2, which comes without types. */
declare module 'lz4js' {
  const lz4: {
    /** Decompresses LZ4 frames. @throws Error where the data is none. */
    decompress(data: Uint8Array): Uint8Array;
    compress(data: Uint8Array): Uint8Array;
  };
  export default lz4;
}
