/** A score with three decimals; a dash if there is none. */
export function decimals(value: number | null): string {
  return value === null || !Number.isFinite(value) ? '–' : value.toFixed(3);
}

/** A share in per cent with one decimal; a dash if there is none. */
export function percent(value: number | null): string {
  return value === null || !Number.isFinite(value) ? '–' : `${(100 * value).toFixed(1)} %`;
}
