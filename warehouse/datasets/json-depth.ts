import { createReadStream } from 'node:fs';
import { DatasetError } from '../../common/dataset-error.js';

/** Deepest lists and objects of JSON: DuckDB reads them by recursion, and ends the process when the stack is full. */
const DEEPEST_JSON = 256;

const [QUOTE, BACKSLASH, NEWLINE] = [0x22, 0x5c, 0x0a];
/** `[` and `{`; the brackets that close are 2 more. */
const OPEN = new Set([0x5b, 0x7b]);

/**
 * Checks how deeply JSON is nested, in bounded memory, before DuckDB sees it. A line break ends a string, so that an open
 * quote hides no more than its line.
 * @throws DatasetError naming the line
 */
export async function requireShallow(path: string): Promise<void> {
  let [depth, line] = [0, 1];
  let [inText, isEscaped] = [false, false];
  for await (const bytes of createReadStream(path, { highWaterMark: 1 << 20 })) {
    for (const byte of bytes as Uint8Array) {
      if (byte === NEWLINE) {
        line += 1;
        inText = false;
      } else if (isEscaped) isEscaped = false;
      else if (byte === QUOTE) inText = !inText;
      else if (inText) isEscaped = byte === BACKSLASH;
      else if (OPEN.has(byte)) {
        depth += 1;
        if (depth > DEEPEST_JSON)
          throw new DatasetError(`the JSON of line ${line} is nested more than ${DEEPEST_JSON} deep`);
      } else if (OPEN.has(byte - 2) && depth > 0) depth -= 1;
    }
  }
}
