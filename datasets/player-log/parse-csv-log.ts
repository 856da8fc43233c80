import { parse } from 'csv-parse/sync';
import type { PlayerLog, PlayerLogTimeBase } from '../../schemas/player-log.js';
import { PlayerLogError } from './player-log-error.js';
import { shownResolutions, type LogSample } from './shown-resolutions.js';

/** Units of a time, detected from its size: the first whose limit is above it. 1e8 s after 1970 is in 1973. */
const UNITS: readonly {
  readonly below: number;
  readonly timeBase: PlayerLogTimeBase;
  readonly us: number;
  readonly text: string;
}[] = [
  { below: 1e8, timeBase: 'capture start', us: 1e6, text: "seconds from the capture's start" },
  { below: 1e11, timeBase: 'epoch', us: 1e6, text: 'epoch seconds' },
  { below: 1e14, timeBase: 'epoch', us: 1e3, text: 'epoch milliseconds' },
  { below: 1e17, timeBase: 'epoch', us: 1, text: 'epoch microseconds' },
];
const COLUMNS = ['time', 'resolution'] as const;

/**
 * Reads a log with the columns `time` and `resolution` (others are ignored), delimited by comma, semicolon or tab.
 * Each row is valid until the next one, the last until the session ends. An empty resolution, or 0, means that
 * nothing is shown or that it is unknown. `480`, `480p` and `854x480` are the same.
 * @throws PlayerLogError with the row
 */
export function parseCsvLog(text: string, ladder: readonly number[]): PlayerLog {
  const [header, ...body] = readRecords(text);
  const columns = header?.cells.map((cell) => cell.toLowerCase()) ?? [];
  const missing = COLUMNS.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    throw new PlayerLogError(
      header?.row ?? null,
      `a player log needs the columns ${COLUMNS.join(', ')}; missing: ${missing.join(', ')}`,
    );
  }
  const [timeAt, resolutionAt] = COLUMNS.map((name) => columns.indexOf(name));
  const times = body.map(({ row, cells }) => parseTime(row, cells[timeAt ?? 0] ?? ''));
  const unit = UNITS.find(({ below }) => (times[0] ?? 0) < below);
  if (unit === undefined) {
    throw new PlayerLogError(
      body[0]?.row ?? null,
      `time ${times[0]} is neither in seconds, milliseconds nor microseconds since 1970`,
    );
  }
  const samples = body.map(({ row, cells }, at): LogSample => {
    const time = times[at] ?? 0;
    if (UNITS.find(({ below }) => time < below) !== unit) {
      throw new PlayerLogError(
        row,
        `time ${time} is not in ${unit.text}, unlike the time of row ${body[0]?.row}`,
      );
    }
    return {
      row,
      timeUs: Math.round(time * unit.us),
      resolutionPx: parseResolution(row, cells[resolutionAt ?? 1] ?? ''),
    };
  });
  return {
    format: 'csv',
    timeBase: unit.timeBase,
    timeText: unit.text,
    rows: samples.length,
    shown: shownResolutions(samples, ladder, null),
  };
}

function readRecords(text: string): { row: number; cells: string[] }[] {
  const records: { row: number; cells: string[] }[] = [];
  try {
    parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      delimiter: [',', ';', '\t'],
      on_record: (cells: string[], { lines }) => void records.push({ row: lines, cells }),
    });
  } catch (error) {
    throw new PlayerLogError(null, `is not CSV: ${error instanceof Error ? error.message : String(error)}`);
  }
  return records;
}

function parseTime(row: number, cell: string): number {
  const time = cell === '' ? NaN : Number(cell);
  if (!Number.isFinite(time) || time < 0)
    throw new PlayerLogError(row, `time ${JSON.stringify(cell)} is not a number of seconds or milliseconds`);
  return time;
}

function parseResolution(row: number, cell: string): number | null {
  if (cell === '') return null;
  const height = /^(?:\d+x)?(\d+)(?:\.0+)?p?$/i.exec(cell)?.[1];
  if (height === undefined)
    throw new PlayerLogError(row, `resolution ${JSON.stringify(cell)} is not a number of lines`);
  return Number(height) === 0 ? null : Number(height);
}
