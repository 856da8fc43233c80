import { resolvePath } from '../common/resolve-path.js';
import type { ServiceShare } from '../schemas/services.js';
import type { SessionAnswer } from '../schemas/session-answer.js';
import type { SkippedCapture } from '../schemas/skipped-capture.js';
import { skippedCaptures } from '../warehouse/captures/skipped-captures.js';
import { windowFeatures, type WindowFeatures } from '../warehouse/features/window-features.js';
import { allSessionAnswers } from '../warehouse/runs/session-answers.js';
import { inTemporaryHome, RUN } from './in-temporary-home.js';
import { checkCall } from './library-options.js';
import { readCaptures, requestOf, type ReadOptions } from './read-captures.js';

/** The features of one window of a session; docs/features.md describes each. */
export type AnalysedWindow = WindowFeatures;

/** What is in captures, without a model. */
export interface CaptureAnalysis {
  /** One for each session, and one for each capture without a session (`note` says why). */
  readonly sessions: readonly SessionAnswer[];
  /** By session, then by time. */
  readonly windows: readonly AnalysedWindow[];
  /** Shares of the TCP and UDP bytes, largest first. */
  readonly shares: readonly ServiceShare[];
  /** Captures of a folder that cannot be read. */
  readonly skipped: readonly SkippedCapture[];
  readonly warnings: readonly string[];
}

/**
 * Finds services, sessions and windows with features in a capture, or in all captures of a folder: as `vqi analyse`, without
 * a server and without files that remain.
 * @throws ConfigError naming the wrong option, InputFileError if nothing can be read; all errors are `VqiError`s
 */
export async function analyseCapture(capture: string, options: ReadOptions = {}): Promise<CaptureAnalysis> {
  checkCall('analyseCapture', capture, options);
  const path = resolvePath(capture);
  return await inTemporaryHome([path, ...rulesOf(options)], options, options.anonymiseKey, async (home) => {
    const { config, given, serviceRules, warnings } = await readCaptures(home, requestOf(path, options));
    const { shares, warnings: ofCaptures } = await home.activities.analyseCapture({
      ...{ runId: RUN, config, serviceRules },
      ...given,
    });
    return await home.inWarehouse(async (warehouse) => ({
      sessions: await allSessionAnswers(warehouse),
      windows: await windowFeatures(warehouse),
      shares,
      skipped: await skippedCaptures(warehouse),
      warnings: [...warnings, ...ofCaptures],
    }));
  });
}

/** The file of service rules that the options name. */
export function rulesOf({ service }: Pick<ReadOptions, 'service'>): string[] {
  return typeof service?.rules === 'string' ? [service.rules] : [];
}
