import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InputFileError } from '../activities/failures.js';
import type { InferencePlan } from '../activities/planning/inference-plan.js';
import { originFlagsAt } from '../activities/planning/origins-at.js';
import { resolvePath } from '../common/resolve-path.js';
import type { EvaluationReport } from '../learning/answers/evaluation-report.js';
import {
  deserialiseModel,
  ModelFormatError,
  type SavedModel,
  type TrainedOn,
} from '../learning/saved/serialise.js';
import { originsOf } from '../schemas/data-origin.js';
import { KNOWN_HEIGHTS_PX } from '../schemas/run-config.js';
import type { ServiceShare } from '../schemas/services.js';
import type { SessionAnswer } from '../schemas/session-answer.js';
import type { SkippedCapture } from '../schemas/skipped-capture.js';
import type { WindowPrediction } from '../schemas/window-prediction.js';
import { skippedCaptures } from '../warehouse/captures/skipped-captures.js';
import { publishPredictions } from '../warehouse/runs/publish.js';
import { timelineRows } from '../warehouse/runs/report-rows.js';
import { allSessionAnswers } from '../warehouse/runs/session-answers.js';
import { rulesOf } from './analyse-capture.js';
import { inTemporaryHome, RUN } from './in-temporary-home.js';
import { checkCall } from './library-options.js';
import { readCaptures, requestOf, type ReadOptions } from './read-captures.js';

/** Captures are read as those of the model's training were; only the service may be found otherwise. */
export interface InferOptions extends Omit<ReadOptions, 'windows' | 'segments' | 'sessionGapSeconds'> {
  /** The folder of a run (`VQI_HOME/runs/RUN`), or its model.json, or a copy of that file. */
  readonly model: string;
}

/** The prediction for one window of a session. */
export interface InferredWindow extends Omit<WindowPrediction, 'truePx'> {
  readonly sessionId: string;
  /** Begin, milliseconds since 1970. */
  readonly startMs: number | null;
}

/** What a model says of captures. */
export interface InferredCapture {
  readonly modelId: string;
  /** One for each session, and one for each capture without a session (`note` says why). */
  readonly sessions: readonly SessionAnswer[];
  /** By session, then by time. */
  readonly windows: readonly InferredWindow[];
  /** Shares of the TCP and UDP bytes, largest first. */
  readonly shares: readonly ServiceShare[];
  /** Captures of a folder that cannot be read. */
  readonly skipped: readonly SkippedCapture[];
  readonly warnings: readonly string[];
}

/**
 * Predicts which resolution the viewers of a capture saw, or of all captures of a folder: as `vqi infer`, without a server
 * and without files that remain.
 * @throws ConfigError naming the wrong option, ModelFormatError if the file is no model for captures, InputFileError if nothing can be read; all errors are
 *   `VqiError`s
 */
export async function inferCapture(capture: string, inferOptions: InferOptions): Promise<InferredCapture> {
  checkCall('inferCapture', capture, inferOptions);
  const { model: modelPath, ...options } = inferOptions;
  const path = resolvePath(capture);
  const { file, saved, captures, sha256 } = await readModel(modelPath);
  const { service } = captures.reading;
  const request = requestOf(path, { ...captures.reading, ...options, service: options.service ?? service });
  const inputs = [path, ...rulesOf({ service: request.service })];
  return await inTemporaryHome(inputs, options, options.anonymiseKey, async (home) => {
    const { activities } = home;
    const { config, given, serviceRules, warnings } = await readCaptures(home, request);
    const plan: InferencePlan = {
      modelId: `${saved.setting.family}-${sha256.slice(0, 12)}`,
      modelRunId: '',
      model: { path: file, sha256 },
      isOfDataset: false,
      setting: saved.setting,
      trainingRows: 0,
      training: null,
      classesPx: saved.classes,
      config,
      sessionsFile: null,
      ladder: KNOWN_HEIGHTS_PX,
      origins: originsOf(await originFlagsAt(path, home.files)),
      modelOrigins: captures.origins,
      seed: 1,
    };
    const analysed = await activities.analyseCapture({
      ...{ runId: RUN, config, serviceRules, origins: plan.origins },
      ...given,
    });
    const set = await activities.buildInferenceSet({ runId: RUN, plan, playerLogs: null });
    const scored = await activities.scoreModel({
      ...{ model: plan.model, training: null, scoring: set.features },
      ...{ windowSeconds: config.windows.seconds, seed: plan.seed },
    });
    const evaluation = JSON.parse(await readFile(scored.evaluation.path, 'utf8')) as EvaluationReport;
    return await home.inWarehouse(async (warehouse) => {
      await publishPredictions(warehouse, RUN, scored.predictions.path, evaluation);
      const sessions = await allSessionAnswers(warehouse);
      const ids = sessions.flatMap(({ sessionId }) => sessionId ?? []);
      const timelines = ids.length === 0 ? [] : await timelineRows(warehouse, ids, config.windows.seconds);
      return {
        modelId: plan.modelId,
        sessions,
        windows: timelines.flatMap(({ sessionId, startUs, rows }) =>
          rows.map(({ startSeconds, endSeconds, predictedPx, confidence, probabilities, unknown }) => ({
            sessionId,
            startMs: startUs === null ? null : startUs / 1000 + startSeconds * 1000,
            ...{ startSeconds, endSeconds, predictedPx, confidence, probabilities, unknown },
          })),
        ),
        shares: analysed.shares,
        skipped: await skippedCaptures(warehouse),
        warnings: [...warnings, ...analysed.warnings, ...set.warnings],
      };
    });
  });
}

/** A model for captures. @throws InputFileError, ModelFormatError */
async function readModel(
  given: string,
): Promise<{ file: string; sha256: string; saved: SavedModel; captures: TrainedOn }> {
  const path = resolve(given);
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
  const file = isFolder ? join(path, 'model.json') : path;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputFileError(
      `the model cannot be read (${reason}): name the folder of a run that trained one (VQI_HOME/runs/RUN), or its model.json`,
    );
  });
  const saved = deserialiseModel(text);
  if (saved.captures === undefined)
    throw new ModelFormatError(
      `${file} does not say how captures are read, because it was trained on a dataset or by an earlier version: apply it with vqi infer, or train on captures again`,
    );
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { file, sha256, saved, captures: saved.captures };
}
