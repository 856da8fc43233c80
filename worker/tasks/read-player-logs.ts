import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { compressionOf } from '../../common/compression.js';
import { DatasetError } from '../../common/dataset-error.js';
import { decompress } from '../../common/decompress.js';
import { parsePlayerLog } from '../../datasets/player-log/parse-player-log.js';
import { PlayerLogError } from '../../datasets/player-log/player-log-error.js';
import type { ComputeTask } from '../threads/compute-task.js';
import { headOf } from './head-of.js';

const HEAD_BYTES = 16;
/** Longest log, decompressed: ten hours of rows of 1 kB every 100 ms. It is read into one string. */
const LONGEST_LOG_BYTES = 400 << 20;

/** Converts player logs to a file with one JSON object per log, the input of the table `player_logs`. */
export const readPlayerLogsTask: ComputeTask<'readPlayerLogs'> = async (
  { logs, ladder, outputPath },
  report,
) => {
  const lines: string[] = [];
  for (const { sessionId, path, here = path } of logs) {
    const log = await inFile(path, async () => parsePlayerLog(await textOf(here), ladder));
    lines.push(
      `${JSON.stringify({
        session_label: sessionId,
        path,
        format: log.format,
        time_base: log.timeBase,
        time_text: log.timeText,
        row_count: log.rows,
        malformed_rows: log.malformed?.rows ?? 0,
        first_malformed: log.malformed?.first ?? null,
        changing_rows: log.changingRows,
        shown: log.shown.map(({ startUs, endUs, resolutionPx }) => ({
          start_us: startUs,
          end_us: endUs,
          resolution_px: resolutionPx,
        })),
      })}\n`,
    );
    report({ done: lines.length, total: logs.length });
  }
  await writeFile(outputPath, lines.join(''));
  return { rows: lines.length };
};

async function textOf(path: string): Promise<string> {
  const compression = compressionOf(await headOf(path, HEAD_BYTES));
  const { size } = await stat(path);
  if (compression === null) {
    if (size > LONGEST_LOG_BYTES)
      throw new PlayerLogError(null, `is too long: ${size} bytes, at most ${LONGEST_LOG_BYTES}`);
    return await readFile(path, 'utf8');
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  await decompress(createReadStream(path), compression, size, (piece) => {
    bytes += piece.length;
    if (bytes > LONGEST_LOG_BYTES)
      throw new DatasetError(`is too long: more than ${LONGEST_LOG_BYTES} bytes`);
    pieces.push(Buffer.from(piece));
  });
  return Buffer.concat(pieces).toString('utf8');
}

/** Adds the path of the file to errors about its content. */
async function inFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PlayerLogError || error instanceof DatasetError)
      error.message = `${path}: ${error.message}`;
    throw error;
  }
}
