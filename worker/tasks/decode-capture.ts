import { mkdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { decodeCapture } from '../../capture/decode-capture.js';
import { CaptureFormatError, GONE } from '../../capture/formats/capture-format-error.js';
import type { DnsAnswer, DnsMessage, Flow, ServerName } from '../../schemas/capture.js';
import { PACKET_TYPES, SEGMENT_TYPES } from '../../warehouse/captures/capture-columns.js';
import { ColumnFileWriter } from '../../warehouse/captures/column-file.js';
import { decodedFiles } from '../../warehouse/captures/decoded-files.js';
import { LinesWriter } from '../../warehouse/captures/lines-writer.js';
import type { ComputeTask } from '../threads/compute-task.js';
import { FileChunks } from './file-chunks.js';

/** Bytes between two progress reports, which makes about ten reports per second. */
const REPORT_BYTES = 1 << 24;

/** Decodes a capture into a new folder with one file for each kind of rows. Errors name the capture. */
export const decodeCaptureTask: ComputeTask<'decodeCapture'> = async (input, report) => {
  mkdirSync(input.folder);
  const files = decodedFiles(input.folder);
  const packets = new ColumnFileWriter(files.packets, PACKET_TYPES);
  const segments = new ColumnFileWriter(files.segments, SEGMENT_TYPES);
  const flows = new LinesWriter<Flow>(files.flows);
  const dnsMessages = new LinesWriter<DnsMessage>(files.dnsMessages);
  const dnsAnswers = new LinesWriter<DnsAnswer>(files.dnsAnswers);
  const serverNames = new LinesWriter<ServerName>(files.serverNames);
  let reportedOffset = 0;
  try {
    const sources = input.files.map(({ path, bytes }) => new FileChunks(path, bytes));
    const named =
      sources.length === 1 ? {} : { fileNames: input.files.map(({ path, name }) => name ?? basename(path)) };
    const bytesRead = (): number => sources.reduce((sum, source) => sum + source.bytesRead, 0);
    const summary = await decodeCapture(
      sources.map(existing),
      {
        ...named,
        requestThresholds: input.thresholds,
        anonymiseKey: input.anonymiseKey,
        strict: input.strict,
        onProgress: (progress) => {
          if (progress.byteOffset < reportedOffset + REPORT_BYTES) return;
          reportedOffset = progress.byteOffset;
          report({ packets: progress.packets, bytesRead: bytesRead() });
        },
      },
      {
        packets: (batch) => packets.write(batch),
        segments: (batch) => segments.write(batch),
        flows: (rows) => flows.write(rows),
        dnsMessages: (rows) => dnsMessages.write(rows),
        dnsAnswers: (rows) => dnsAnswers.write(rows),
        serverNames: (rows) => serverNames.write(rows),
      },
    );
    writeFileSync(files.summary, JSON.stringify(summary));
    return { contentHash: summary.contentHash, packets: summary.packets };
  } catch (error) {
    if (error instanceof CaptureFormatError) error.message = `${input.files[0]?.path}: ${error.message}`;
    throw error;
  } finally {
    for (const writer of [packets, segments, flows, dnsMessages, dnsAnswers, serverNames]) writer.close();
  }
};

/** The bytes of a file. If it does not exist any more, that is a fault of the capture. */
async function* existing(chunks: FileChunks): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new CaptureFormatError(GONE, { kind: 'missing', byteOffset: 0 }, { cause: error });
  }
}
