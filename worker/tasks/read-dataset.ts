import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { compressionOf } from '../../common/compression.js';
import { DatasetError } from '../../common/dataset-error.js';
import { decompress } from '../../common/decompress.js';
import { FORMAT_HEAD_BYTES, formatOf } from '../../datasets/dataset-format.js';
import { readPickledFrame } from '../../datasets/frame/read-pickled-frame.js';
import { PickleError } from '../../datasets/pickle/pickle-error.js';
import { readArrowDataset } from '../../warehouse/datasets/arrow-dataset.js';
import { convertDataset } from '../../warehouse/datasets/convert-dataset.js';
import { writeDataset } from '../../warehouse/datasets/dataset-writer.js';
import type { ComputeTask } from '../threads/compute-task.js';
import { headOf } from './head-of.js';

/** Longest pickle: it is read into one buffer, and this is the longest buffer of Node 20. */
const LONGEST_PICKLE_BYTES = 2 ** 32 - 1;
const READ_BYTES = 1 << 26;

/**
 * Converts a labelled dataset of any format, compressed or not, to one Parquet file. Format and compression are detected
 * from the content. Errors name the file; temporary files are removed.
 */
export const readDatasetTask: ComputeTask<'readDataset'> = async ({ path, outputPath }, report) => {
  const contentPath = `${outputPath}.content`;
  try {
    const compression = compressionOf(await headOf(path, FORMAT_HEAD_BYTES));
    if (compression !== null) {
      report({ stage: `decompressing ${compression}`, rows: 0 });
      await decompressFile(path, compression, contentPath);
    }
    const content = compression === null ? path : contentPath;
    const format = formatOf(await headOf(content, FORMAT_HEAD_BYTES), basename(path));
    report({ stage: `reading ${format}`, rows: 0 });
    const onRows = (rows: number): void => report({ stage: `reading ${format}`, rows });
    switch (format) {
      case 'pickle': {
        const table = readPickledFrame(await wholeFile(content));
        return { format, compression, ...(await writeDataset([table], outputPath, onRows)) };
      }
      case 'arrow file':
      case 'arrow stream':
        return {
          format,
          compression,
          ...(await writeDataset(readArrowDataset(content), outputPath, onRows)),
        };
      case 'parquet':
      case 'json lines':
      case 'csv':
        return { format, compression, rows: await convertDataset(content, format, outputPath), notes: [] };
    }
  } catch (error) {
    if (error instanceof PickleError || error instanceof DatasetError)
      error.message = `${path}: ${error.message}`;
    throw error;
  } finally {
    await rm(contentPath, { force: true });
  }
};

async function decompressFile(
  path: string,
  compression: Parameters<typeof decompress>[1],
  contentPath: string,
): Promise<void> {
  const { size } = await stat(path);
  const output = openSync(contentPath, 'w');
  try {
    await decompress(createReadStream(path, { highWaterMark: 1 << 20 }), compression, size, (piece) => {
      for (let written = 0; written < piece.length;) written += writeSync(output, piece, written);
    });
  } finally {
    closeSync(output);
  }
}

/** The file in one buffer; `readFile` refuses files of more than 2 GB. */
async function wholeFile(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > LONGEST_PICKLE_BYTES)
    throw new DatasetError(
      `a pickle of ${size} bytes is too long (at most ${LONGEST_PICKLE_BYTES}); save it as Parquet: df.to_parquet('data.parquet')`,
    );
  const content = new Uint8Array(size);
  const file = await open(path);
  try {
    let read = 0;
    while (read < size) {
      const { bytesRead } = await file.read(content, read, Math.min(READ_BYTES, size - read), read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return content.subarray(0, read);
  } finally {
    await file.close();
  }
}
