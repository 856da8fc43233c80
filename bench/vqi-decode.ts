import { decodeCapture } from '../capture/decode-capture.js';
import { FileChunks } from '../worker/tasks/file-chunks.js';

/** Decodes a capture like an ingest, with flows, segments, TCP state, DNS and names, and drops the rows. Does not hash it. */
const [path = ''] = process.argv.slice(2);
const drop = (): void => undefined;
const { packets } = await decodeCapture(
  new FileChunks(path),
  { hashContent: false },
  { packets: drop, segments: drop, flows: drop, dnsMessages: drop, dnsAnswers: drop, serverNames: drop },
);
console.log(JSON.stringify({ packets }));
