/** Video codecs whose ladders are known. */
export const CODECS = ['avc', 'vp9', 'av1'] as const;
export type Codec = (typeof CODECS)[number];

/** What one codec spends on one rung, over titles. */
interface RungBitrate {
  /** Bit/s of a title with effect 0: the geometric mean. */
  readonly bps: number;
  /** Change of the logarithm of the bitrate with one unit of a title's effect. */
  readonly titleSigma: number;
  /** Standard deviation of the logarithm that the title's effect does not explain. */
  readonly ownSigma: number;
}

const rung = (kbps: number, titleSigma: number, ownSigma: number): RungBitrate => ({
  bps: kbps * 1000,
  titleSigma,
  ownSigma,
});

/**
 * Average bitrates of YouTube's video formats by codec and height (pixels), itags 133-137, 160, 242-248, 278 and
 * 394-399, without audio. Fitted by least squares to 49 ladders of 25 titles of 2020 to 2026, in the test data of
 * NewPipeExtractor and node-ytdl-core: log(bit/s) = log(bps) + titleSigma × effect of the title + the rung's own
 * deviation.
 */
const LADDERS: Readonly<Record<Codec, Readonly<Record<number, RungBitrate>>>> = {
  avc: {
    144: rung(57, 0.54, 0.18),
    240: rung(112, 0.57, 0.17),
    360: rung(220, 0.67, 0.09),
    480: rung(371, 0.74, 0.1),
    720: rung(723, 0.84, 0.25),
    1080: rung(1867, 0.75, 0.23),
  },
  vp9: {
    144: rung(68, 0.37, 0.17),
    240: rung(109, 0.57, 0.13),
    360: rung(211, 0.63, 0.08),
    480: rung(326, 0.67, 0.15),
    720: rung(698, 0.78, 0.18),
    1080: rung(1215, 0.76, 0.15),
  },
  av1: {
    144: rung(54, 0.24, 0.11),
    240: rung(85, 0.47, 0.14),
    360: rung(164, 0.57, 0.09),
    480: rung(280, 0.62, 0.08),
    720: rung(584, 0.72, 0.18),
    1080: rung(994, 0.66, 0.1),
  },
};

/**
 * How much the titles that people watch differ, relative to the 25 of the fit, which are test data and some of them
 * unusual: the logarithm of the bitrate at 480 has a standard deviation of 0.49 over the 41 videos of
 * csieber/yt-dataset, and of 0.7 in the fit. With this factor, neighbouring rungs of each codec overlap between titles
 * at least as much as those of the 41 videos.
 */
const WATCHED_SPREAD = 0.8;

/** Heights with known bitrates, pixels, ascending. */
export const KNOWN_RUNGS_PX = [144, 240, 360, 480, 720, 1080] as const;

/** The known bitrates of a rung. @throws RangeError for an unknown height (pixels) */
export function rungBitrate(codec: Codec, heightPx: number): RungBitrate {
  const found = LADDERS[codec][heightPx];
  if (found === undefined)
    throw new RangeError(`no bitrate for ${heightPx} px; known: ${KNOWN_RUNGS_PX.join(', ')}`);
  return { ...found, titleSigma: WATCHED_SPREAD * found.titleSigma };
}
