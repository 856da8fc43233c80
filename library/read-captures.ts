import type { z } from 'zod';
import { InputFileError } from '../activities/failures.js';
import { listIfMany, type GivenCaptures } from '../activities/planning/capture-list.js';
import type { ArtifactRef } from '../schemas/artifact.js';
import type { AnalyseCaptureConfig, analyseCaptureConfigSchema } from '../schemas/run-config.js';
import { leftOutText, type SkippedCapture } from '../schemas/skipped-capture.js';
import type { Resources, TemporaryHome } from './in-temporary-home.js';

/** How captures are read; every key has the default of `vqi analyse`. */
export interface ReadOptions
  extends
    Partial<
      Pick<
        z.input<typeof analyseCaptureConfigSchema>,
        'windows' | 'segments' | 'service' | 'sessionGapSeconds' | 'join' | 'strict'
      >
    >,
    Resources {
  /** 32 bytes: client addresses are replaced by keyed, prefix-preserving pseudonyms before anything is written. */
  readonly anonymiseKey?: Uint8Array | undefined;
}

/** Captures in the warehouse, with what the activities after it need. */
export interface ReadCaptures {
  readonly config: AnalyseCaptureConfig;
  readonly given: GivenCaptures;
  readonly serviceRules: ArtifactRef;
  readonly warnings: readonly string[];
}

/** The request of the activities for one capture or folder. */
export function requestOf(capture: string, options: ReadOptions): z.input<typeof analyseCaptureConfigSchema> {
  const { windows, segments, service, sessionGapSeconds, join, strict, anonymiseKey } = options;
  const given = { windows, segments, service, sessionGapSeconds, join, strict };
  return {
    capture,
    anonymise: anonymiseKey !== undefined,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

/** Reads all captures into the warehouse, as the workflow `ingestBatch` does. @throws InputFileError if none can be read */
export async function readCaptures(
  { activities, artifacts }: TemporaryHome,
  request: unknown,
): Promise<ReadCaptures> {
  const { config, serviceRules, ...found } = await activities.planAnalysis({ config: request });
  const { list, warnings = [] } = await listIfMany(artifacts, found, 0);
  if (list === undefined) throw new InputFileError(`${config.capture}: there is no capture`);
  const { tcpRequestBytes, udpRequestBytes } = config.segments;
  const decoding = {
    thresholds: { tcpBytes: tcpRequestBytes, udpBytes: udpRequestBytes },
    anonymise: config.anonymise,
  };
  const { unread } = await activities.findUnreadCaptures({ list, decoding });
  const skipped: SkippedCapture[] = [];
  for (let from = 0, to = unread.rows ?? 0; from < to;) {
    const part = await activities.decodeCaptures({
      ...{ unread, from, to, decoding, strict: config.strict },
    });
    skipped.push(...part.skipped);
    if (part.decoded.length > 0) await activities.loadCaptures({ decoded: part.decoded });
    from = part.next;
  }
  const stored = skipped.length === 0 ? [] : [await activities.storeSkippedCaptures({ skipped })];
  const gathered = await activities.gatherCaptures({ list, decoding, skipped: stored });
  const [first] = gathered.skipped;
  const wanted = gathered.captures + gathered.skippedTotal;
  const leftOut = first === undefined ? [] : [leftOutText(first, gathered.skippedTotal, wanted)];
  if (gathered.captures === 0)
    throw new InputFileError(leftOut[0] ?? `${config.capture}: no capture was read`);
  return {
    ...{ config, serviceRules },
    given: { sources: [], skipped: [], listed: gathered.listed },
    warnings: [...leftOut, ...warnings],
  };
}
