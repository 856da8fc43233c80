import { decodeCapture } from '../capture/decode-capture.js';
import { FileChunks } from '../worker/tasks/file-chunks.js';

/** Decodes a capture as an ingest does, flows, segments, TCP state, DNS and names with it, and drops the rows. The content is not hashed. */
const [path = ''] = process.argv.slice(2);
const drop = (): void => undefined;
const { packets } = await decodeCapture(
  new FileChunks(path),
  { hashContent: false },
  { packets: drop, segments: drop, flows: drop, dnsMessages: drop, dnsAnswers: drop, serverNames: drop },
);
console.log(JSON.stringify({ packets }));
