import type { PlayerLog } from '../../schemas/player-log.js';
import { parseBracketedList, type BracketedList } from './bracketed-list.js';
import { PlayerLogError } from './player-log-error.js';
import { shownResolutions, type LogSample } from './shown-resolutions.js';

/** Meaning of the positions of a row's one-hot list of qualities; the first is `unlabelled`. */
const QUALITIES_PX = [null, 144, 240, 360, 480, 720, 1080, 1440, 2160] as const;
/**
 * Number of items of a row: time, packets sent and received, bytes sent and received, network entries, playback
 * info.
 */
const ROW_ITEMS = 7;
/**
 * Number of items of the playback info: event flags, epoch, start, progress, length, quality, buffer health, buffer
 * progress, valid.
 */
const PLAYBACK_ITEMS = 9;
const EPOCH_AT = 1;
const QUALITY_AT = 5;

/**
 * Reads a `merged.txt` of the Requet data set (Gutterman et al., "Requet: real-time QoE detection for encrypted
 * YouTube traffic", ACM MMSys 2019): a bracketed list per 100 ms, with empty lines between them. A row's time
 * counts from the log's start. The epoch milliseconds of the player's messages give the time of that start: the
 * median is used, because messages are repeated until the next one.
 * @throws PlayerLogError with the row
 */
export function parseMergedLog(text: string, ladder: readonly number[]): PlayerLog {
  const samples: LogSample[] = [];
  const offsetsUs: number[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const row = at + 1;
    const items = parseBracketedList(line);
    const playback = items?.[ROW_ITEMS - 1];
    if (items?.length !== ROW_ITEMS || typeof playback !== 'object' || playback.length !== PLAYBACK_ITEMS) {
      throw new PlayerLogError(
        row,
        `is not a list of ${ROW_ITEMS} items, the last of which is the playback info with ${PLAYBACK_ITEMS} items`,
      );
    }
    const timeUs = Math.round(numberAt(row, items, 0, 'time') * 1e6);
    samples.push({ row, timeUs, resolutionPx: qualityOf(row, playback[QUALITY_AT]) });
    const epochMs = numberAt(row, playback, EPOCH_AT, 'epoch');
    if (epochMs > 0) offsetsUs.push(Math.round(epochMs * 1000) - timeUs);
  }
  if (samples.length === 0) throw new PlayerLogError(null, 'has no rows');

  const startUs = median(offsetsUs);
  const steps = samples.slice(1).map(({ timeUs }, at) => timeUs - (samples[at]?.timeUs ?? 0));
  const lastEndUs = (samples.at(-1)?.timeUs ?? 0) + (median(steps) ?? 0);
  const shown = shownResolutions(samples, ladder, lastEndUs);
  return {
    format: 'merged',
    timeBase: startUs === null ? 'capture start' : 'epoch',
    timeText:
      startUs === null
        ? "seconds from the capture's start"
        : "seconds from the log's start, which the player's epoch milliseconds place",
    rows: samples.length,
    shown: shown.map((part) => ({
      ...part,
      startUs: part.startUs + (startUs ?? 0),
      endUs: part.endUs === null ? null : part.endUs + (startUs ?? 0),
    })),
  };
}

function numberAt(row: number, items: BracketedList, at: number, name: string): number {
  const item = items[at];
  const value = typeof item === 'string' && item !== '' ? Number(item) : NaN;
  if (!Number.isFinite(value))
    throw new PlayerLogError(row, `${name} ${JSON.stringify(item)} is not a number`);
  return value;
}

function qualityOf(row: number, item: BracketedList[number] | undefined): number | null {
  const isOneHot =
    Array.isArray(item) &&
    item.length === QUALITIES_PX.length &&
    item.every((flag) => flag === '0' || flag === '1') &&
    item.filter((flag) => flag === '1').length <= 1;
  if (!isOneHot) {
    throw new PlayerLogError(
      row,
      `quality ${JSON.stringify(item)} is not a list of ${QUALITIES_PX.length} flags with at most one 1`,
    );
  }
  return QUALITIES_PX[item.indexOf('1')] ?? null;
}

function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? null;
}
