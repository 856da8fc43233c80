import { percentText } from '../common/percent-text.js';
import type { Interval } from '../learning/evaluation/bootstrap.js';

/** A score with three decimals; a dash if there is none. */
export function decimals(value: number | null): string {
  return value === null || !Number.isFinite(value) ? '–' : value.toFixed(3);
}

/** A share in per cent with one decimal; a dash if there is none. */
export function percent(value: number | null): string {
  return value === null || !Number.isFinite(value) ? '–' : percentText(value, 1);
}

/** A value with its interval, if it has one: `0.812 (0.740 to 0.871)`. */
export function withInterval(value: number, interval: Interval | undefined): string {
  return interval ? `${decimals(value)} (${intervalText(interval)})` : decimals(value);
}

export function intervalText({ low, high }: Interval): string {
  return `${decimals(low)} to ${decimals(high)}`;
}
