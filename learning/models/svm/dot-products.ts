import { DOT_PRODUCTS_WASM } from './dot-products-wasm.js';

/** Rows of doubles of even length (odd ones are padded with a zero): rows x stride, row-major. */
export interface PaddedRows {
  readonly values: Float64Array;
  readonly stride: number;
}

interface DotProductExports {
  readonly memory: WebAssembly.Memory;
  /** Sizes and addresses are in bytes. `leftRows` is a multiple of 4, `rightRows` a multiple of 2. */
  readonly dotProducts: (
    left: number,
    leftRows: number,
    right: number,
    rightRows: number,
    rowBytes: number,
    out: number,
    outRowBytes: number,
  ) => void;
}

const PAGE_BYTES = 65_536;
const DOUBLE_BYTES = 8;

let instance: WebAssembly.Instance<DotProductExports> | undefined;

/**
 * Dot products between rows of two matrices, by WebAssembly's vector instructions: four times as fast as a loop in
 * JavaScript. Every product is the sum over even columns plus the sum over odd columns, whichever rows are multiplied
 * together.
 *
 * @returns (to - from) x (end - first) products, at [(row - from) * stride + other - first]; valid until the next call
 */
export function dotProducts(
  left: PaddedRows,
  from: number,
  to: number,
  right: PaddedRows,
  first: number,
  end: number,
): { products: Float64Array; stride: number } {
  instance ??= new WebAssembly.Instance<DotProductExports>(
    new WebAssembly.Module(Buffer.from(DOT_PRODUCTS_WASM, 'base64')),
  );
  const { memory, dotProducts: multiply } = instance.exports;
  const { stride } = left;
  const leftRows = Math.ceil((to - from) / 4) * 4;
  const rightRows = Math.ceil((end - first) / 2) * 2;
  const rightAt = leftRows * stride;
  const outAt = rightAt + rightRows * stride;
  const size = (outAt + leftRows * rightRows) * DOUBLE_BYTES;
  if (size > memory.buffer.byteLength) {
    memory.grow(Math.ceil((size - memory.buffer.byteLength) / PAGE_BYTES));
  }
  const numbers = new Float64Array(memory.buffer);
  numbers.set(left.values.subarray(from * stride, to * stride));
  numbers.set(right.values.subarray(first * stride, end * stride), rightAt);
  multiply(
    0,
    leftRows,
    rightAt * DOUBLE_BYTES,
    rightRows,
    stride * DOUBLE_BYTES,
    outAt * DOUBLE_BYTES,
    rightRows * DOUBLE_BYTES,
  );
  return { products: numbers.subarray(outAt), stride: rightRows };
}
