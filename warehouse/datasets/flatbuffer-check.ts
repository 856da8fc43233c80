/**
 * What a field of a table of a FlatBuffer may be: a value of some bytes, text, a vector of values of some bytes, another
 * table, a vector of tables, or one of several tables by the number in the field before it.
 */
export type FlatField =
  | { readonly kind: 'value' | 'values'; readonly bytes: number }
  | { readonly kind: 'text' }
  | { readonly kind: 'table' | 'tables'; readonly of: () => FlatTable }
  | { readonly kind: 'choice'; readonly of: readonly (FlatTable | undefined)[] };

/** The fields of a table, in the order of their declaration. */
export type FlatTable = readonly FlatField[];

const OFFSET_BYTES = 4;
const DEEPEST = 64;

/**
 * Checks that all tables, vectors and texts of a FlatBuffer lie within its bytes, because the readers of FlatBuffers follow any
 * offset and any count: one damaged byte makes them loop for hours. JavaScript has no such verifier, unlike C++.
 */
export class FlatbufferCheck {
  readonly #view: DataView;
  /** No honest buffer has more tables than this; a damaged one may list the same table again and again. */
  #tablesLeft: number;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#tablesLeft = bytes.byteLength / OFFSET_BYTES;
  }

  /** Checks the whole buffer. @returns the place of its root table @throws RangeError with place and reason */
  root(table: FlatTable): number {
    const at = this.#target(0);
    this.#table(at, table, 0);
    return at;
  }

  /** The place and length of a vector in a table that was checked; null if the table has none. */
  vector(table: number, field: number): { start: number; length: number } | null {
    const at = this.#field(table, field, OFFSET_BYTES);
    if (at === null) return null;
    const vector = this.#target(at);
    return { start: vector + OFFSET_BYTES, length: this.#view.getUint32(vector, true) };
  }

  #table(at: number, fields: FlatTable, depth: number): void {
    if (depth > DEEPEST) throw new RangeError(`tables are nested more than ${DEEPEST} deep`);
    if (--this.#tablesLeft < 0) throw new RangeError('it lists more tables than it has bytes for');
    this.#within(at, OFFSET_BYTES);
    const layout = this.#layout(at);
    this.#within(layout, 4);
    this.#within(layout, this.#view.getUint16(layout, true));
    this.#within(at, this.#view.getUint16(layout + 2, true));
    for (const [number, field] of fields.entries()) {
      const place = this.#field(at, number, field.kind === 'value' ? field.bytes : OFFSET_BYTES);
      if (place === null || field.kind === 'value') continue;
      if (field.kind === 'choice') {
        const chosenAt = this.#field(at, number - 1, 1);
        const chosen = field.of[chosenAt === null ? 0 : this.#view.getUint8(chosenAt)];
        if (chosen !== undefined) this.#table(this.#target(place), chosen, depth + 1);
        continue;
      }
      const target = this.#target(place);
      if (field.kind === 'table') {
        this.#table(target, field.of(), depth + 1);
        continue;
      }
      this.#within(target, OFFSET_BYTES);
      const count = this.#view.getUint32(target, true);
      const bytes = field.kind === 'text' ? 1 : field.kind === 'values' ? field.bytes : OFFSET_BYTES;
      this.#within(target + OFFSET_BYTES, count * bytes);
      if (field.kind === 'tables')
        for (let item = 0; item < count; item++)
          this.#table(this.#target(target + OFFSET_BYTES * (1 + item)), field.of(), depth + 1);
    }
  }

  /** Where the layout (vtable) of a table begins. */
  #layout(table: number): number {
    return table - this.#view.getInt32(table, true);
  }

  /** The place of a field of some bytes; null if the table lacks it. */
  #field(table: number, number: number, bytes: number): number | null {
    const layout = this.#layout(table);
    const entry = 4 + 2 * number;
    if (entry + 2 > this.#view.getUint16(layout, true)) return null;
    const offset = this.#view.getUint16(layout + entry, true);
    if (offset === 0) return null;
    this.#within(table + offset, bytes);
    return table + offset;
  }

  #target(at: number): number {
    this.#within(at, OFFSET_BYTES);
    return at + this.#view.getUint32(at, true);
  }

  #within(at: number, bytes: number): void {
    if (at < 0 || at + bytes > this.#view.byteLength)
      throw new RangeError(`${bytes} bytes at ${at} are beyond its ${this.#view.byteLength}`);
  }
}
