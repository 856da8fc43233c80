import { z } from 'zod';

/** Increased by one whenever the same options give other files or other names of captures than before. */
export const SPLICING_VERSION = 3;

/** A piece of a capture within a spliced one. Times are microseconds since the Unix epoch. */
const splicedPieceSchema = z.strictObject({
  /** Session and capture that it was cut from. */
  sessionId: z.string(),
  capture: z.string(),
  /** Hash of that capture's decompressed content, as in the table `captures`. */
  contentHash: z.string(),
  /** Null: it has a player log instead. */
  resolutionPx: z.int().nullable(),
  /** Start and end (excluded) in that capture. */
  fromUs: z.int(),
  toUs: z.int(),
  /** Start in the spliced capture. */
  atUs: z.int(),
  /** Packets of the piece, and packets of the player's earlier DNS look-ups, which precede it and name its servers. */
  packets: z.int(),
  lookUps: z.int(),
});

/** Content of `splicing.json`: the pieces of the spliced captures in its folder. */
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
