import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import type { Codec } from '../../../../simulation/title/codec-ladders.js';
import { sharedData } from '../../../shared-data.js';

type Row = Readonly<Record<string, string>>;

/** Heights by itag of YouTube's formats. */
const ITAGS: Readonly<Record<Codec, Readonly<Record<string, number>>>> = {
  avc: { 160: 144, 133: 240, 134: 360, 135: 480, 136: 720, 137: 1080 },
  vp9: { 278: 144, 242: 240, 243: 360, 244: 480, 247: 720, 248: 1080 },
  av1: { 394: 144, 395: 240, 396: 360, 397: 480, 398: 720, 399: 1080 },
};
const ITAGS_2015 = ['160', '133', '134', '135', '136'] as const;

function rowsOf(name: string): Row[] {
  const bytes = readFileSync(sharedData('calibration', name)!);
  return parse(name.endsWith('.gz') ? gunzipSync(bytes) : bytes, { columns: true });
}

/** False: the shared data is absent. */
export const hasPublished = (): boolean => sharedData('calibration') !== null;

/** Bit/s of one codec by rung and title: 25 titles of 2020 to 2026 (test data of NewPipeExtractor and node-ytdl-core). */
export function publishedLadders(codec: Codec): Map<number, Map<string, number>> {
  const ladders = new Map<number, Map<string, number>>();
  for (const { itag = '', title = '', avg_bps: bps = '' } of rowsOf('youtube-ladders.csv')) {
    const heightPx = ITAGS[codec][itag];
    if (heightPx === undefined || bps === '') continue;
    const rung = ladders.get(heightPx) ?? new Map<string, number>();
    ladders.set(heightPx, rung.set(title, Number(bps)));
  }
  return ladders;
}

/** Bit/s of the audio formats of one itag, over titles; the same source. */
export const publishedAudio = (wanted: string): number[] =>
  rowsOf('youtube-ladders.csv').flatMap(({ itag, avg_bps: bps = '' }) =>
    itag === wanted && bps !== '' ? Number(bps) : [],
  );

/** Sizes of chunks of 2 to 4 s in the order of a session, by session and rung with 40 chunks or more (GreenLv/Lumos). */
export function lumosChunks(): number[][] {
  const sizes = new Map<string, number[]>();
  for (const { session, name, bitrate, chunk_size: size } of rowsOf('lumos-chunks.csv.gz')) {
    const key = `${session} ${name} ${bitrate}`;
    const chunks = sizes.get(key) ?? [];
    if (Number(size) > 0) chunks.push(Number(size));
    sizes.set(key, chunks);
  }
  return [...sizes.values()].filter((chunks) => chunks.length >= 40);
}

/** Sizes of segments of 3 s at ten rungs of one title, by rung (UMass-LIDS/sabre). */
export function sabreSegments(): number[][] {
  const text = readFileSync(sharedData('calibration', 'bbb-segments.json')!, 'utf8');
  const { segment_sizes_bits: sizes } = JSON.parse(text) as { segment_sizes_bits: number[][] };
  return sizes[0]!.map((_, rung) => sizes.map((segment) => segment[rung]!));
}

/** What was measured in 12,472 runs of YouTube in 2015 (csieber/yt-dataset). */
export interface Youtube2015 {
  /** Bitrate of a video at 360, 480 and 720, bit/s, by video. */
  readonly ladders: readonly (readonly number[])[];
  /** Coefficient of variation of the bitrate within a video, by video and rung. */
  readonly variations: readonly number[];
  /** Mean media seconds in a request, by run; one list for each rung. */
  readonly requestSeconds: readonly (readonly number[])[];
  /** Share of the bytes that were downloaded twice, by run. */
  readonly twice: readonly number[];
  /** Switches in four minutes, by run. */
  readonly switches: readonly number[];
}

export function youtube2015(): Youtube2015 {
  const rows = rowsOf('youtube-2015-runs.csv.gz');
  const numbers = (of: readonly Row[], column: string): number[] =>
    of.flatMap((row) => (row[column] === '' ? [] : Number(row[column])));
  const videos = [...new Map(rows.map((row) => [row['yt_id'], row])).values()];
  const positive = (value: number): boolean => value > 0;
  return {
    ladders: [134, 135, 136].map((itag) => numbers(videos, `br_avg_i${itag}`).map((bytes) => 8 * bytes)),
    variations: ITAGS_2015.flatMap((itag) =>
      videos.map((row) => Number(row[`br_std_i${itag}`]) / Number(row[`br_avg_i${itag}`])).filter(positive),
    ),
    requestSeconds: ITAGS_2015.map((itag) => numbers(rows, `pl_avg_req_itag${itag}_sec`).filter(positive)),
    twice: numbers(rows, 'rnd_traffic').map((percent) => percent / 100),
    switches: rows.map((row) => (240 * Number(row['pl_assumed_switches'])) / Number(row['run_length'])),
  };
}
