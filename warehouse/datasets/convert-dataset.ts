import { open } from 'node:fs/promises';
import { DatasetError } from '../../common/dataset-error.js';
import { readCsv, readJson, readParquet } from '../core/read-file.js';
import { copyToParquet, withScratch } from './dataset-writer.js';
import { csvFault, jsonFault } from './text-fault.js';

/** Formats that DuckDB reads, with the query for each. */
const READERS = {
  parquet: (path: string) => readParquet(path),
  csv: (path: string, { delimiter }: TextShape) =>
    readCsv(path, { header: true, sample_size: -1, delim: delimiter }),
  'json lines': (path: string, { isArray }: TextShape) =>
    readJson(path, {
      format: isArray ? 'array' : 'newline_delimited',
      sample_size: -1,
      maximum_object_size: LONGEST_OBJECT_BYTES,
    }),
} as const;

/** Longest JSON object, DuckDB's default. */
const LONGEST_OBJECT_BYTES = 16_777_216;
/** Bytes from the file's begin that are searched for the delimiter. */
const HEADER_BYTES = 4096;
/** Lines of DuckDB's message that say where and why; the options that follow are cut off. */
const MESSAGE_LINES = 4;

/**
 * Reads a file with DuckDB, which checks every value, and writes it as Parquet.
 * @returns the number of rows.
 * @throws DatasetError with DuckDB's reason; for CSV and JSON it names the line.
 */
export async function convertDataset(
  path: string,
  format: keyof typeof READERS,
  outputPath: string,
): Promise<number> {
  const shape = await shapeOf(path);
  return await withScratch(outputPath, async (connection) => {
    try {
      return await copyToParquet(connection, `from ${READERS[format](path, shape)}`, outputPath);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      // A full disk or full memory is not the fault of the file.
      if (/^(IO Error: .*(No space|Could not write)|Out of Memory)/.test(message)) throw cause;
      const named =
        format === 'csv' && !message.includes('Line:')
          ? await csvFault(path, shape.delimiter)
          : format === 'json lines' && !shape.isArray
            ? await jsonFault(path)
            : null;
      const reason =
        named ??
        message
          .replace(/\n\s*LINE \d+:[^]*$/, '')
          .split('\n')
          .filter((line) => line.trim() !== '')
          .slice(0, MESSAGE_LINES)
          .join(' ');
      throw new DatasetError(`cannot be read as ${format}: ${reason.replaceAll(path, 'the file')}`, {
        cause,
      });
    }
  });
}

/** The shape of a text file, from its first bytes. */
interface TextShape {
  /**
   * The most frequent delimiter of the header. DuckDB's own detection reads a file with one row too long as a file of one
   * column, without an error.
   */
  readonly delimiter: string;
  /** JSON: one array instead of an object on each line. */
  readonly isArray: boolean;
}

async function shapeOf(path: string): Promise<TextShape> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(HEADER_BYTES) });
    const text = buffer.toString('latin1', 0, bytesRead);
    const [header = ''] = text.split('\n');
    const counts = [',', ';', '\t', '|'].map((delimiter) => ({
      delimiter,
      count: header.split(delimiter).length,
    }));
    const { delimiter } = counts.reduce((best, each) => (each.count > best.count ? each : best));
    return { delimiter, isArray: /^\s*\[/.test(text) };
  } finally {
    await file.close();
  }
}
