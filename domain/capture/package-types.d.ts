/** One hash of hash-wasm 4, from a file of its own; the main file, which has types, holds all. */
declare module 'hash-wasm/dist/xxhash128.umd.min.js' {
  export { createXXHash128 } from 'hash-wasm';
}
