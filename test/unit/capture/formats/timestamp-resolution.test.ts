import assert from 'node:assert/strict';
import test from 'node:test';
import { timestampConverter } from '../../../../capture/formats/timestamp-resolution.js';

/** 1518358200.534682999 s in the given units, split into high and low 32 bits. */
const halves = (ticks: bigint): [number, number] => [Number(ticks >> 32n), Number(ticks & 0xffff_ffffn)];
const EXPECTED_US = 1_518_358_200_534_682;

const CASES: [name: string, resolution: number, ticks: bigint, expectedUs: number][] = [
  ['seconds', 0, 1_518_358_200n, 1_518_358_200_000_000],
  ['milliseconds', 3, 1_518_358_200_534n, 1_518_358_200_534_000],
  ['microseconds', 6, 1_518_358_200_534_682n, EXPECTED_US],
  ['nanoseconds, rounded down', 9, 1_518_358_200_534_682_999n, EXPECTED_US],
  ['picoseconds', 12, 4_000_000_000_001_999_999n, 4_000_000_000_001],
  ['10^-13', 13, 15_183_582_005_346_829_999n, 1_518_358_200_534],
  ['2^-20', 0x94, (1_518_358_200n << 20n) + 524_288n, 1_518_358_200_500_000],
];

for (const [name, resolution, ticks, expectedUs] of CASES) {
  test(name, () => {
    assert.equal(timestampConverter(resolution, 0)(...halves(ticks)), expectedUs);
    assert.equal(timestampConverter(resolution, -5)(...halves(ticks)), expectedUs - 5_000_000);
  });
}
