const TWO_POW_32 = 2 ** 32;
const MICROSECOND_EXPONENT = 6;
const MICROSECONDS_PER_SECOND = 1_000_000;
/** Up to this exponent (picoseconds) the division below is exact in float64. */
const MAX_EXACT_EXPONENT = 12;
const BASE_TWO_FLAG = 0x80;
const EXPONENT_MASK = 0x7f;
const HALF_BITS = 32n;

/** Converts a pcapng timestamp, given as its high and low 32 bits, to whole microseconds since the epoch. */
export type TimestampConverter = (high: number, low: number) => number;

/**
 * Converter for a pcapng interface (draft-ietf-opsawg-pcapng, section 4.2).
 *
 * @param resolution value of `if_tsresol`: 10^-n, or 2^-n if the high bit is set; 6 if the option is absent
 * @param offsetSeconds value of `if_tsoffset`
 * @returns a function that rounds down; its result is not a safe integer if the file's time is out of range
 */
export function timestampConverter(resolution: number, offsetSeconds: number): TimestampConverter {
  const exponent = resolution & EXPONENT_MASK;
  const offsetUs = offsetSeconds * MICROSECONDS_PER_SECOND;
  if ((resolution & BASE_TWO_FLAG) !== 0) return byTicks(1n << BigInt(exponent), offsetUs);
  if (exponent > MAX_EXACT_EXPONENT) return byTicks(10n ** BigInt(exponent), offsetUs);
  if (exponent <= MICROSECOND_EXPONENT) {
    const factor = 10 ** (MICROSECOND_EXPONENT - exponent);
    return (high, low) => (high * TWO_POW_32 + low) * factor + offsetUs;
  }
  const divisor = 10 ** (exponent - MICROSECOND_EXPONENT);
  return (high, low) =>
    Math.floor(high / divisor) * TWO_POW_32 +
    Math.floor(((high % divisor) * TWO_POW_32 + low) / divisor) +
    offsetUs;
}

function byTicks(ticksPerSecond: bigint, offsetUs: number): TimestampConverter {
  return (high, low) => {
    const ticks = (BigInt(high) << HALF_BITS) | BigInt(low);
    return Number((ticks * BigInt(MICROSECONDS_PER_SECOND)) / ticksPerSecond) + offsetUs;
  };
}
