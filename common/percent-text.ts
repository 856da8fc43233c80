/** A share in per cent: `42 %`, with one digit `42.3 %`. */
export function percentText(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)} %`;
}
