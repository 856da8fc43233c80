/** The part of WebAssembly that `dot-products.ts` uses; TypeScript declares it for browsers only. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  /** Compiled code. */
  type Module = object;
  interface Instance<Exports> {
    readonly exports: Exports;
  }
  const Module: new (bytes: Uint8Array) => Module;
  const Instance: new <Exports>(module: Module) => Instance<Exports>;
}
