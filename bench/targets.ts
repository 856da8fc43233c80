import { percentText } from '../common/percent-text.js';
import { PANDAS } from './peers.js';
import { cpuSeconds, peakMiB, type Measured } from './results.js';

export const INGEST = 'vqi, file to closed DuckDB';
export const DECODE = 'vqi, decoding alone';
export const DECODE_ALL = 'vqi, whole decoder';
export const INGEST_AND_FEATURES = 'vqi, file to features';
export const FEATURES = 'vqi, packets to features';
export const FLOW_FEATURES = 'vqi, file to flow features';

const MIN_NETML_RATIO = 20;
const MAX_ADDED_BY_FEATURES = 0.6;
const MAX_OF_PANDAS = 1 / 3;
const MAX_PEAK_MIB = 800;
const MAX_BYTES_A_PACKET = 40;
/** Allowed growth of the cost per packet from the smallest to the largest capture. */
const MAX_GROWTH = 1.1;

/** Targets for ratios of CPU seconds: `ours` divided by the peer's is at most `ratio`. */
const RATIOS = [
  { ours: INGEST, peer: 'tshark -T fields', ratio: 1 / 15 },
  { ours: INGEST, peer: 'dpkt', ratio: 1 / 10 },
  { ours: INGEST, peer: 'NFStream', ratio: 1 / 3 },
  { ours: INGEST, peer: 'gopacket', ratio: 10 },
  { ours: DECODE, peer: 'libpcap, decoding', ratio: 2.5 },
] as const;

/** Target, measured value, and whether it was met. */
export type TargetRow = readonly [target: string, allowed: string, measured: string, met: string];

/** Every target on every number of repeats for which both sides were measured. */
export function targetRows(measured: readonly Measured[]): TargetRow[] {
  const repeats = [...new Set(measured.map((one) => one.times))];
  const at = (name: string, times: number) =>
    measured.find((one) => one.name === name && one.times === times);
  const rows: TargetRow[] = [];
  for (const { ours, peer, ratio } of RATIOS) {
    for (const times of repeats) {
      const own = at(ours, times);
      const other = at(peer, times);
      if (!own || !other) continue;
      const found = cpuSeconds(own) / cpuSeconds(other);
      rows.push([
        `CPU of ${ours} / ${peer}, x${times}`,
        ratioText(ratio),
        ratioText(found),
        met(found <= ratio),
      ]);
    }
  }
  for (const times of repeats) {
    const ingest = at(INGEST, times);
    if (!ingest) continue;
    const bytes = Number(ingest.runs[0]?.output['warehouseBytes']) / ingest.packets;
    rows.push([
      `bytes on disk a packet, x${times}`,
      MAX_BYTES_A_PACKET.toString(),
      bytes.toFixed(1),
      met(bytes <= MAX_BYTES_A_PACKET),
    ]);
    const peak = peakMiB(ingest);
    rows.push([
      `peak MiB of the ingest, x${times}`,
      MAX_PEAK_MIB.toString(),
      peak.toFixed(0),
      met(peak < MAX_PEAK_MIB),
    ]);
  }
  const fewest = at(INGEST, Math.min(...repeats));
  const most = at(INGEST, Math.max(...repeats));
  if (fewest && most && fewest !== most) {
    const growth = cpuSeconds(most) / most.packets / (cpuSeconds(fewest) / fewest.packets);
    rows.push([
      `CPU a packet, x${most.times} / x${fewest.times}`,
      MAX_GROWTH.toString(),
      growth.toFixed(2),
      met(growth <= MAX_GROWTH),
    ]);
  }
  return rows;
}

/** Targets of features: CPU added to the ingest, CPU relative to pandas, growth of the CPU per packet. */
export function featureTargetRows(measured: readonly Measured[]): TargetRow[] {
  const rows: TargetRow[] = [];
  const features = measured.filter(({ name }) => name === FEATURES);
  for (const one of features) {
    const others = measured.filter(({ times }) => times === one.times);
    const ingest = others.find(({ name }) => name === INGEST);
    const both = others.find(({ name }) => name === INGEST_AND_FEATURES);
    const pandas = others.find(({ name }) => name === PANDAS.name);
    if (ingest && both) {
      const added = cpuSeconds(both) / cpuSeconds(ingest) - 1;
      rows.push([
        `CPU that features add to the ingest, x${one.times}`,
        '60 %',
        percentText(added),
        met(added <= MAX_ADDED_BY_FEATURES),
      ]);
    }
    if (pandas) {
      const share = cpuSeconds(one) / cpuSeconds(pandas);
      rows.push([
        `CPU of features / pandas, x${one.times}`,
        ratioText(MAX_OF_PANDAS),
        ratioText(share),
        met(share <= MAX_OF_PANDAS),
      ]);
    }
  }
  const [fewest] = features;
  const most = features.at(-1);
  if (fewest && most && fewest !== most) {
    const growth = cpuSeconds(most) / most.packets / (cpuSeconds(fewest) / fewest.packets);
    rows.push([
      `CPU of features a packet, x${most.times} / x${fewest.times}`,
      MAX_GROWTH.toString(),
      growth.toFixed(2),
      met(growth <= MAX_GROWTH),
    ]);
  }
  return rows;
}

/** The target for netml's CPU seconds divided by those of `FLOW_FEATURES`. */
export function leastRatioRow(measured: number): TargetRow {
  return [
    `CPU of netml / ${FLOW_FEATURES}`,
    MIN_NETML_RATIO.toString(),
    measured.toFixed(1),
    met(measured >= MIN_NETML_RATIO),
  ];
}

function met(isMet: boolean): string {
  return isMet ? 'yes' : 'NO';
}

/** A fraction if the ratio is below one; two decimals at most. */
function ratioText(ratio: number): string {
  const text = (value: number) => value.toFixed(2).replace(/\.?0+$/, '');
  return ratio < 1 ? `1/${text(1 / ratio)}` : text(ratio);
}
