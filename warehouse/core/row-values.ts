/** Values of a row as `Warehouse.rows` gives them: a text, or null. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A number, also of a 64-bit integer, which comes as a text; or null. */
export function numberOf(value: unknown): number | null {
  return value == null ? null : Number(value);
}
