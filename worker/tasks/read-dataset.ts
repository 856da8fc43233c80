import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { compressionOf } from '../../common/compression.js';
import { DatasetError } from '../../common/dataset-error.js';
import { decompress } from '../../common/decompress.js';
import {
  FORMAT_HEAD_BYTES,
  formatOf,
  wrappingOf,
  type DatasetWrapping,
} from '../../datasets/dataset-format.js';
import { readPickledFrame } from '../../datasets/frame/read-pickled-frame.js';
import { PickleError } from '../../datasets/pickle/pickle-error.js';
import { readArrowDataset } from '../../warehouse/datasets/arrow-dataset.js';
import { convertDataset } from '../../warehouse/datasets/convert-dataset.js';
import { writeDataset } from '../../warehouse/datasets/dataset-writer.js';
import type { ComputeTask } from '../threads/compute-task.js';
import { headOf } from './head-of.js';
import { linesOfDocument, unwrapDataset } from './unwrap-dataset.js';

/** Longest pickle: it is read into one buffer, and this is the longest buffer of Node 20. */
const LONGEST_PICKLE_BYTES = 2 ** 32 - 1;
const READ_BYTES = 1 << 26;
/** Most compressions and archives around each other, such as .tar.gz. */
const MOST_WRAPPINGS = 3;

/**
 * Converts a labelled dataset of any format, compressed or not, to one Parquet file. Format and compression are detected
 * from the content. Errors name the file; temporary files are removed. Files come from strangers, so that a run does this in a
 * process of its own (`read-dataset-apart.ts`).
 */
export const readDatasetTask: ComputeTask<'readDataset'> = async ({ path, outputPath, headOnly }, report) => {
  /** Files of this task, in the order of unwrapping. */
  const contents: string[] = [];
  const nextContent = (): string => {
    contents.push(`${outputPath}.content${contents.length}`);
    return contents.at(-1)!;
  };
  try {
    let content = path;
    const wrappings: string[] = [];
    for (;;) {
      const head = await headOf(content, FORMAT_HEAD_BYTES);
      const packed = compressionOf(head);
      const wrapping = packed ?? wrappingOf(head);
      if (wrapping === null) break;
      if (wrappings.length >= MOST_WRAPPINGS)
        throw new DatasetError(
          `the file is wrapped more than ${MOST_WRAPPINGS} times: ${wrappings.join(', ')}`,
        );
      report({ stage: `unwrapping ${wrapping}`, rows: 0 });
      const target = nextContent();
      if (packed === null) await unwrapDataset(content, wrapping as DatasetWrapping, target);
      else await decompressFile(content, packed, target);
      wrappings.push(wrapping);
      content = target;
    }
    const compression = wrappings.length === 0 ? null : wrappings.join(', ');
    // A log of Zeek has become CSV.
    const name = wrappings.includes('zeek log') ? 'log.csv' : basename(path);
    const format = formatOf(await headOf(content, FORMAT_HEAD_BYTES), name);
    report({ stage: `reading ${format}`, rows: 0 });
    const onRows = (rows: number): void => report({ stage: `reading ${format}`, rows });
    switch (format) {
      case 'pickle': {
        const table = readPickledFrame(await wholeFile(content));
        return { format, compression, ...(await writeDataset([table], outputPath, onRows, headOnly)) };
      }
      case 'arrow file':
      case 'arrow stream':
        return {
          format,
          compression,
          ...(await writeDataset(readArrowDataset(content), outputPath, onRows, headOnly)),
        };
      case 'parquet':
      case 'csv':
        return { format, compression, ...(await convertDataset(content, format, outputPath, headOnly)) };
      case 'json lines': {
        const lines = nextContent();
        const notes = await linesOfDocument(content, lines);
        const read = await convertDataset(notes === null ? content : lines, format, outputPath, headOnly);
        return { format, compression, ...read, notes: [...(notes ?? []), ...read.notes] };
      }
    }
  } catch (error) {
    if (error instanceof PickleError || error instanceof DatasetError)
      error.message = `${path}: ${error.message}`;
    throw error;
  } finally {
    for (const content of contents) await rm(content, { force: true });
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
