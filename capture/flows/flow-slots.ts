/**
 * Initial capacity in flows. It is large so that growth is rare: code that first runs late makes V8 recompile the
 * functions around it.
 */
export const INITIAL_FLOWS = 8192;

/** Slots of a flow: 0 downstream, 1 upstream. */
export const DIRECTIONS = 2;

type SlotArray = Uint8Array | Int32Array | Uint32Array | Float64Array;

/** A larger copy of an array, with room for at least `slots` entries, rounded up to a power of two. */
export function grown<T extends SlotArray>(type: new (length: number) => T, from: T, slots: number): T {
  const larger = new type(2 ** Math.ceil(Math.log2(slots)));
  larger.set(from);
  return larger;
}
