/**
 * The rows a tree is grown from, ordered so that each node is a range of them. A row's code contains its class and,
 * above CODE_CLASS_BITS, how many times the tree's sample drew it.
 */
export interface NodeRows {
  readonly rows: Int32Array;
  readonly codes: Int32Array;
}

/** Low bits of a code that contain the class. */
export const CODE_CLASS_BITS = 8;
export const CODE_CLASS_MASK = (1 << CODE_CLASS_BITS) - 1;

/**
 * Moves the rows of a node that go left before the others; returns where the others begin.
 *
 * @param bins bin of each row in the column of the split
 */
export function partitionRows(
  { rows, codes }: NodeRows,
  start: number,
  end: number,
  bins: Uint8Array,
  goesLeft: Uint8Array,
): number {
  let low = start;
  let high = end - 1;
  while (low <= high) {
    const row = rows[low]!;
    if (goesLeft[bins[row]!] === 1) {
      low++;
    } else {
      const code = codes[low]!;
      rows[low] = rows[high]!;
      codes[low] = codes[high]!;
      rows[high] = row;
      codes[high] = code;
      high--;
    }
  }
  return low;
}
