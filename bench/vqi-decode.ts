import { decodeCapture } from '../domain/capture/decode-capture.js';
import { FileChunks } from '../worker/tasks/file-chunks.js';

/** Decodes a capture, flows, segments and DNS with it, and drops the rows. The content is not hashed, which an ingest does. */
const [path = ''] = process.argv.slice(2);
const drop = (): void => undefined;
const { packets } = await decodeCapture(
  new FileChunks(path),
  { hashContent: false },
  { packets: drop, segments: drop, flows: drop, dnsMessages: drop, dnsAnswers: drop, serverNames: drop },
);
console.log(JSON.stringify({ packets }));
