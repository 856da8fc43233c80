import { statSync } from 'node:fs';
import { decodeCapture } from '../domain/capture/decode-capture.js';
import { FileChunks } from '../worker/tasks/file-chunks.js';

/** Decodes a capture, flows, segments and DNS with it, and drops the rows. The content's hash is given, as in an ingest. */
const [path = ''] = process.argv.slice(2);
const drop = (): void => undefined;
const { packets } = await decodeCapture(
  new FileChunks(path),
  { source: { sha256: '', bytes: statSync(path).size } },
  { packets: drop, segments: drop, flows: drop, dnsMessages: drop, dnsAnswers: drop, serverNames: drop },
);
console.log(JSON.stringify({ packets }));
