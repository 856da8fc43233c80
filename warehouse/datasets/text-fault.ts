import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { jsonFaultText } from '../../common/json-fault-text.js';

/**
 * The first line of a CSV file that has another number of fields than the header, or an open quote: for errors in which
 * DuckDB names no line, because it cannot detect the dialect. Null if there is no such line.
 */
export async function csvFault(path: string, delimiter: string): Promise<string | null> {
  const parser = parse({ delimiter, bom: true });
  parser.resume();
  try {
    await pipeline(createReadStream(path), parser);
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_')
      ? error.message
      : null;
  }
}

/** The first line of a JSON lines file that is not JSON: DuckDB 1.5 counts one line too many. Null if all are JSON. */
export async function jsonFault(path: string): Promise<string | null> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '') continue;
    try {
      JSON.parse(line);
    } catch (error) {
      return `line ${number} ${jsonFaultText(error)}`;
    }
  }
  return null;
}
