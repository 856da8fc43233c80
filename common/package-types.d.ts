/** Types of the used parts of seek-bzip 2.0, which comes without types. */
declare module 'seek-bzip' {
  class Stream {
    readByte(): number;
    eof(): boolean;
    writeByte(byte: number): void;
  }
  const Bunzip: {
    readonly Stream: typeof Stream;
    /** @throws TypeError if the data is not bzip2, or cut or damaged */
    decode(input: Stream, output: Stream, isMultistream: boolean): void;
  };
  export default Bunzip;
}
