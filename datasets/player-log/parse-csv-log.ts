import { parse } from 'csv-parse/sync';
import { readResolution } from '../../common/read-resolution.js';
import type { PlayerLog, PlayerLogTimeBase } from '../../schemas/player-log.js';
import { PlayerLogError } from './player-log-error.js';
import { RowFaults } from './row-faults.js';
import { shownResolutions, type LogSample } from './shown-resolutions.js';

interface Unit {
  readonly below: number;
  readonly timeBase: PlayerLogTimeBase;
  readonly us: number;
  readonly text: string;
}

/** Units of a time, detected from its size: the first whose limit is above it. 1e8 s after 1970 is in 1973. */
const UNITS: readonly Unit[] = [
  { below: 1e8, timeBase: 'capture start', us: 1e6, text: "seconds from the capture's start" },
  { below: 1e11, timeBase: 'epoch', us: 1e6, text: 'epoch seconds' },
  { below: 1e14, timeBase: 'epoch', us: 1e3, text: 'epoch milliseconds' },
  { below: 1e17, timeBase: 'epoch', us: 1, text: 'epoch microseconds' },
];
const COLUMNS = ['time', 'resolution'] as const;

/** A record of the file, with the line on which it ends. */
interface CsvRecord {
  readonly row: number;
  readonly cells: readonly string[];
  /** Why the line is not CSV; then it has no cells. */
  readonly fault?: PlayerLogError;
}

interface CsvRow {
  readonly row: number;
  /** In the unit of the log; null: the row is not understood. */
  readonly time: number | null;
  readonly resolutionPx: number | null;
}

/**
 * Reads a log with the columns `time` and `resolution` (others are ignored), delimited by comma, semicolon or tab.
 * Each row is valid until the next one, the last until the session ends. An empty resolution, or 0, means that
 * nothing is shown or that it is unknown. `common/read-resolution.ts` reads the resolution.
 * @throws PlayerLogError if columns are missing, or most rows are not understood
 */
export function parseCsvLog(text: string, ladder: readonly number[]): PlayerLog {
  const faults = new RowFaults();
  const [header, ...body] = readRecords(text);
  const columns = header?.cells.map((cell) => cell.toLowerCase()) ?? [];
  const missing = COLUMNS.filter((name) => !columns.includes(name));
  if (header === undefined || missing.length > 0) {
    throw new PlayerLogError(
      header?.row ?? null,
      `a player log needs the columns ${COLUMNS.join(', ')}; missing: ${missing.join(', ')}`,
    );
  }
  const [timeAt = 0, resolutionAt = 0] = COLUMNS.map((name) => columns.indexOf(name));
  const read = body.map((record) =>
    faults.attempt<CsvRow>(
      () => ({
        row: record.row,
        time: parseTime(requireCells(record, header), timeAt),
        resolutionPx: parseResolution(record, resolutionAt),
      }),
      { row: record.row, time: null, resolutionPx: null },
    ),
  );
  const unit = commonUnit(read.flatMap(({ time }) => time ?? []));
  const samples = read.map(({ row, time, resolutionPx }): LogSample => {
    const isKnown = time === null || faults.attempt<boolean>(() => requireUnit(row, time, unit), false);
    return isKnown && time !== null
      ? { row, timeUs: Math.round(time * unit.us), resolutionPx }
      : { row, timeUs: null, resolutionPx: null };
  });
  const shown = shownResolutions(samples, ladder, null, faults);
  return {
    format: 'csv',
    timeBase: unit.timeBase,
    timeText: unit.text,
    rows: body.length,
    malformed: faults.ofAll(body.length),
    changingRows: 0,
    shown,
  };
}

const CSV_OPTIONS = {
  trim: true,
  skip_empty_lines: true,
  delimiter: [',', ';', '\t'],
  relax_column_count: true,
};

function readRecords(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  try {
    parse(text, {
      ...CSV_OPTIONS,
      bom: true,
      on_record: (cells: string[], { lines }) => void records.push({ row: lines, cells }),
    });
    return records;
  } catch {
    return readLines(text);
  }
}

/** Reads each line by itself: a quote that is not closed would take all lines behind it with it. */
function readLines(text: string): CsvRecord[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n|\r/)
    .map((line, at) => ({ line, row: at + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, row }) => {
      try {
        return { row, cells: parse(line, CSV_OPTIONS)[0] ?? [] };
      } catch (error) {
        const reason = error instanceof Error ? error.message.replace(/ at line \d+/, '') : String(error);
        return { row, cells: [], fault: new PlayerLogError(row, `is not CSV: ${reason}`) };
      }
    });
}

/** The unit of most times, because the file has one. */
function commonUnit(times: readonly number[]): Unit {
  const counts = UNITS.map((unit) => times.filter((time) => unitOf(time) === unit).length);
  return UNITS[counts.indexOf(Math.max(...counts))]!;
}

const unitOf = (time: number): Unit | undefined => UNITS.find(({ below }) => time < below);

function requireUnit(row: number, time: number, unit: Unit): true {
  const own = unitOf(time);
  if (own === undefined) {
    throw new PlayerLogError(
      row,
      `time ${time} is neither in seconds, milliseconds nor microseconds since 1970`,
    );
  }
  if (own !== unit)
    throw new PlayerLogError(row, `time ${time} is not in ${unit.text}, unlike most times of the log`);
  return true;
}

function requireCells(record: CsvRecord, header: CsvRecord): CsvRecord {
  if (record.fault !== undefined) throw record.fault;
  if (record.cells.length !== header.cells.length)
    throw new PlayerLogError(
      record.row,
      `has ${record.cells.length} cells instead of ${header.cells.length}`,
    );
  return record;
}

function parseTime({ row, cells }: CsvRecord, at: number): number {
  const cell = cells[at] ?? '';
  const time = cell === '' ? NaN : Number(cell);
  if (!Number.isFinite(time) || time < 0)
    throw new PlayerLogError(row, `time ${JSON.stringify(cell)} is not a number of seconds or milliseconds`);
  return time;
}

function parseResolution({ row, cells }: CsvRecord, at: number): number | null {
  const cell = cells[at] ?? '';
  const heightPx = readResolution(cell);
  if (heightPx === undefined)
    throw new PlayerLogError(row, `resolution ${JSON.stringify(cell)} is not a number of lines`);
  return heightPx === 0 ? null : heightPx;
}
