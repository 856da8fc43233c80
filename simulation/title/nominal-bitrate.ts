/**
 * Mean video bitrate of a rung for an average title, in bit/s: the order of magnitude of per-title encodings with
 * VP9 or HEVC. Titles differ more than neighbouring rungs do, so sizes alone do not determine the rung.
 */
const BITRATE_BPS: Readonly<Record<number, number>> = {
  144: 110_000,
  240: 250_000,
  360: 450_000,
  480: 800_000,
  720: 1_500_000,
  1080: 2_800_000,
  1440: 5_500_000,
  2160: 10_000_000,
};

/** Bit/s of a rung. @throws RangeError for an unknown height (pixels) */
export function nominalBitrateBps(heightPx: number): number {
  const bitrateBps = BITRATE_BPS[heightPx];
  if (bitrateBps === undefined) {
    throw new RangeError(`no bitrate for ${heightPx} px; known: ${Object.keys(BITRATE_BPS).join(', ')}`);
  }
  return bitrateBps;
}
