/** The parts used of seek-bzip 2.0, which comes without types. */
declare module 'seek-bzip' {
  class Stream {
    readByte(): number;
    eof(): boolean;
    writeByte(byte: number): void;
  }
  const Bunzip: {
    readonly Stream: typeof Stream;
    /** @throws TypeError where the data is no bzip2, cut or damaged. */
    decode(input: Stream, output: Stream, isMultistream: boolean): void;
  };
  export default Bunzip;
}
