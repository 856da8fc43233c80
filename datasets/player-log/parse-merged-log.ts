import type { PlayerLog } from '../../schemas/player-log.js';
import { parseBracketedList, type BracketedList } from './bracketed-list.js';
import { PlayerLogError } from './player-log-error.js';
import { RowFaults } from './row-faults.js';
import { shownResolutions, type LogSample } from './shown-resolutions.js';

/** Meaning of the positions of a row's list of qualities; the first is `unlabelled`. */
const QUALITIES_PX = [null, 144, 240, 360, 480, 720, 1080, 1440, 2160] as const;
/**
 * Least number of items of a row: time, packets sent and received, bytes sent and received, network entries, and last
 * the playback info. The network entries are one list in the published files, and items of their own in the README.
 */
const LEAST_ITEMS = 7;
/**
 * Number of items of the playback info: event flags, epoch, start, progress, length, qualities, buffer health, buffer
 * progress, valid.
 */
const PLAYBACK_ITEMS = 9;
const EPOCH_AT = 1;
const QUALITIES_AT = 5;

type Quality = (typeof QUALITIES_PX)[number];

interface MergedRow {
  readonly row: number;
  /** Null: the row is not understood. */
  readonly timeUs: number | null;
  /** 0 or less: the row has no message of the player. */
  readonly epochMs: number;
  /** All that the player reported since the row before. */
  readonly qualities: readonly Quality[];
}

/**
 * Reads a `merged.txt` of the Requet data set (Gutterman et al., "Requet: real-time QoE detection for encrypted
 * YouTube traffic", ACM MMSys 2019): a bracketed list per 100 ms, with empty lines between them. A row's time
 * counts from the log's start. The epoch milliseconds of the player's messages give the time of that start: the
 * median is used, because messages are repeated until the next one.
 *
 * A row names all qualities that the player reported in its 100 ms, so two if the quality changed (README of the data
 * set). Then the one of the next row with a single quality counts: it is what the change led to. If that row names
 * neither, the quality is unknown.
 * @throws PlayerLogError if most rows are not understood
 */
export function parseMergedLog(text: string, ladder: readonly number[]): PlayerLog {
  const faults = new RowFaults();
  const rows = text
    .split('\n')
    .map((line, at) => ({ line, row: at + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, row }) =>
      faults.attempt<MergedRow>(() => parseRow(row, line), {
        row,
        timeUs: null,
        epochMs: 0,
        qualities: [],
      }),
    );
  const samples = samplesOf(rows);
  const times = samples.flatMap(({ timeUs }) => timeUs ?? []);
  const steps = times.slice(1).map((timeUs, at) => timeUs - (times[at] ?? 0));
  const lastRowUs = Math.max(median(steps) ?? 0, 0);
  const startUs = median(
    rows.flatMap(({ timeUs, epochMs }) =>
      timeUs !== null && epochMs > 0 ? Math.round(epochMs * 1000) - timeUs : [],
    ),
  );
  const shown = shownResolutions(samples, ladder, lastRowUs, faults);
  return {
    format: 'merged',
    timeBase: startUs === null ? 'capture start' : 'epoch',
    timeText:
      startUs === null
        ? "seconds from the capture's start"
        : "seconds from the log's start, which the player's epoch milliseconds place",
    rows: rows.length,
    malformed: faults.ofAll(rows.length),
    changingRows: rows.filter(({ qualities }) => qualities.length > 1).length,
    shown: shown.map((part) => ({
      ...part,
      startUs: part.startUs + (startUs ?? 0),
      endUs: part.endUs === null ? null : part.endUs + (startUs ?? 0),
    })),
  };
}

function parseRow(row: number, line: string): MergedRow {
  const items = parseBracketedList(line) ?? [];
  const playback = items.at(-1);
  if (items.length < LEAST_ITEMS || typeof playback !== 'object' || playback.length !== PLAYBACK_ITEMS) {
    throw new PlayerLogError(
      row,
      `is not a list of ${LEAST_ITEMS} items or more, the last of which is the playback info with ${PLAYBACK_ITEMS} items`,
    );
  }
  return {
    row,
    timeUs: Math.round(numberAt(row, items, 0, 'time') * 1e6),
    epochMs: numberAt(row, playback, EPOCH_AT, 'epoch'),
    qualities: qualitiesOf(row, playback[QUALITIES_AT]),
  };
}

/** The rows with one quality each; from the last to the first, because a row's quality depends on the next one's. */
function samplesOf(rows: readonly MergedRow[]): LogSample[] {
  let next: Quality = null;
  return rows
    .toReversed()
    .map(({ row, timeUs, qualities }) => {
      if (qualities.length === 1) next = qualities[0] ?? null;
      return { row, timeUs, resolutionPx: qualities.includes(next) ? next : null };
    })
    .reverse();
}

function numberAt(row: number, items: BracketedList, at: number, name: string): number {
  const item = items[at];
  const value = typeof item === 'string' && item !== '' ? Number(item) : NaN;
  if (!Number.isFinite(value))
    throw new PlayerLogError(row, `${name} ${JSON.stringify(item)} is not a number`);
  return value;
}

function qualitiesOf(row: number, item: BracketedList[number] | undefined): Quality[] {
  const isFlags =
    Array.isArray(item) &&
    item.length === QUALITIES_PX.length &&
    item.every((flag) => flag === '0' || flag === '1');
  if (!isFlags) {
    throw new PlayerLogError(
      row,
      `quality ${JSON.stringify(item)} is not a list of ${QUALITIES_PX.length} flags, each 0 or 1`,
    );
  }
  return QUALITIES_PX.filter((_, at) => item[at] === '1');
}

function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? null;
}
