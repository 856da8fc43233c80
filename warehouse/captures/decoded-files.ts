import { join } from 'node:path';

/** The files of a decoded capture: one for each kind of rows, so that rows need not be kept in memory. */
export interface DecodedFiles {
  /** Column files (column-file.ts). */
  readonly packets: string;
  readonly segments: string;
  /** Newline-delimited JSON, an object for each row with the names of `schemas/capture.ts`. */
  readonly flows: string;
  readonly dnsMessages: string;
  readonly dnsAnswers: string;
  readonly serverNames: string;
  /** JSON: a `CaptureSummary`. */
  readonly summary: string;
}

/** Where the files of a decoded capture are. */
export function decodedFiles(folder: string): DecodedFiles {
  return {
    packets: join(folder, 'packets.columns'),
    segments: join(folder, 'segments.columns'),
    flows: join(folder, 'flows.ndjson'),
    dnsMessages: join(folder, 'dns-messages.ndjson'),
    dnsAnswers: join(folder, 'dns-answers.ndjson'),
    serverNames: join(folder, 'server-names.ndjson'),
    summary: join(folder, 'summary.json'),
  };
}
