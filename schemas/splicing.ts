import { z } from 'zod';

/** Raised by one whenever the same options give other files than before, or name captures otherwise. */
export const SPLICING_VERSION = 3;

/** A stretch of a capture within a spliced one. Times are microseconds since the Unix epoch. */
const splicedPieceSchema = z.strictObject({
  /** Session and capture that it was cut from. */
  sessionId: z.string(),
  capture: z.string(),
  /** Of that capture's decompressed content, as in the table `captures`. */
  contentHash: z.string(),
  resolutionPx: z.int(),
  /** Where it begins and ends (excluded) in that capture. */
  fromUs: z.int(),
  toUs: z.int(),
  /** Where it begins in the spliced capture. */
  atUs: z.int(),
  /** Packets of the piece; before them, of the player's look-ups up to then, which name its servers. */
  packets: z.int(),
  lookUps: z.int(),
});

/** What `splicing.json` says a folder of spliced captures was made of. */
export const splicingSchema = z.strictObject({
  spliced: z.literal(true),
  version: z.literal(SPLICING_VERSION, 'is of another version of vqi: splice the folder again'),
  seed: z.int(),
  /** Shortest and longest piece. */
  pieceSeconds: z.tuple([z.number(), z.number()]),
  sessions: z.array(
    z.strictObject({ sessionId: z.string(), capture: z.string(), pieces: z.array(splicedPieceSchema) }),
  ),
});

export type Splicing = z.infer<typeof splicingSchema>;
export type SplicedPiece = z.infer<typeof splicedPieceSchema>;
