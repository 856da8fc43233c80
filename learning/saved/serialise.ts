import { z } from 'zod';
import { VqiError } from '../../common/vqi-error.js';
import { DATA_ORIGINS } from '../../schemas/data-origin.js';
import { captureReadingSchema } from '../../schemas/run-config.js';
import { MODEL_FAMILIES, trialSettingSchema } from '../../schemas/search.js';
import { calibrate, isCalibrated } from '../calibration/calibrated-model.js';
import { temperatureScalingSchema } from '../calibration/temperature.js';
import { trainingDomainSchema } from '../domain/training-domain.js';
import { modelFromJson, type FittedModel } from '../models/estimator.js';
import { sessionSmoothingSchema } from '../smoothing/session-smoothing.js';

const FORMAT = 'vqi-model';
/**
 * Version 2 may contain a calibration, version 3 also a smoothing, version 4 when a window is unknown, version 5 how captures
 * are read.
 */
const VERSION = 5;
const READ_VERSIONS = [1, 2, 3, 4, VERSION] as const;

/** The captures that a model was trained on. */
const trainedOnSchema = z.strictObject({
  reading: captureReadingSchema,
  origins: z.array(z.enum(DATA_ORIGINS)),
});

export type TrainedOn = z.infer<typeof trainedOnSchema>;

const headerSchema = z.object({ format: z.literal(FORMAT), version: z.int() });

/** The file of a saved model; `model` is the value of its family's `toJson()`. */
const savedModelSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(READ_VERSIONS),
  family: z.enum(MODEL_FAMILIES),
  setting: trialSettingSchema,
  /** Height in pixels of each class index, ascending. */
  classes: z.array(z.int().positive()).min(1),
  featureNames: z.array(z.string()),
  /** Of the file of training rows, hexadecimal. */
  trainingSha256: z.string(),
  seed: z.int(),
  metrics: z.record(z.string(), z.json()).optional(),
  /** Calibration of the model's probabilities, learnt on held-out sessions. */
  calibration: temperatureScalingSchema.optional(),
  /** Smoothing of the calibrated probabilities over the windows of a session. */
  smoothing: sessionSmoothingSchema.optional(),
  /** Windows with less confidence are unknown. */
  leastConfidence: z.number().min(0).max(1).optional(),
  /** Windows and sessions outside it are unknown. */
  domain: trainingDomainSchema.optional(),
  /** Missing: it was trained on a dataset, or by an earlier version. */
  captures: trainedOnSchema.optional(),
  model: z.unknown(),
});

type SavedModelFile = z.infer<typeof savedModelSchema>;

/** A model with its setting and the facts of its training. */
export interface SavedModel extends Pick<
  SavedModelFile,
  | 'setting'
  | 'classes'
  | 'trainingSha256'
  | 'seed'
  | 'metrics'
  | 'smoothing'
  | 'leastConfidence'
  | 'domain'
  | 'captures'
> {
  readonly model: FittedModel;
}

/** A file is not a model file of a known version, or is damaged. */
export class ModelFormatError extends VqiError {
  override readonly name = 'ModelFormatError';
  override readonly retry = 'never';
}

/** JSON of a model with keys sorted at every depth: the same model gives the same bytes. */
export function serialiseModel(saved: SavedModel): string {
  const { model, ...facts } = saved;
  if (facts.classes.length !== model.classCount) {
    throw new ModelFormatError(`${facts.classes.length} classes for a model of ${model.classCount}`);
  }
  // JSON leaves out what is undefined.
  const file: SavedModelFile = {
    ...facts,
    format: FORMAT,
    version: VERSION,
    family: model.family,
    featureNames: [...model.featureNames],
    calibration: isCalibrated(model) ? model.calibration : undefined,
    model: model.toJson(),
  };
  return JSON.stringify(file, sortedKeys) + '\n';
}

/**
 * Reads a file that `serialiseModel` wrote; predictions are identical to those of the saved model.
 *
 * @throws ModelFormatError naming the first fault
 */
export function deserialiseModel(text: string): SavedModel {
  const json = parseJson(text);
  const header = headerSchema.safeParse(json);
  if (!header.success) throw new ModelFormatError(`not a ${FORMAT} file: ${z.prettifyError(header.error)}`);
  if (!READ_VERSIONS.some((version) => version === header.data.version)) {
    throw new ModelFormatError(
      `version ${header.data.version} of ${FORMAT} is unknown; this program reads ${READ_VERSIONS.join(', ')}`,
    );
  }
  const file = savedModelSchema.safeParse(json);
  if (!file.success) throw new ModelFormatError(`damaged ${FORMAT} file: ${z.prettifyError(file.error)}`);
  const {
    family,
    featureNames,
    setting,
    classes,
    trainingSha256,
    seed,
    metrics,
    smoothing,
    leastConfidence,
    domain,
    captures,
  } = file.data;
  if (setting.family !== family) {
    throw new ModelFormatError(`the model has the family ${family}, but its setting has ${setting.family}`);
  }
  const model = readModel(family, file.data.model, featureNames);
  if (classes.length !== model.classCount) {
    throw new ModelFormatError(`${classes.length} classes for a model of ${model.classCount}`);
  }
  const { calibration } = file.data;
  for (const scaling of [calibration, smoothing?.calibration]) {
    if (scaling?.present.some((label) => label >= model.classCount)) {
      throw new ModelFormatError('the calibration has classes that the model does not have');
    }
  }
  if (domain !== undefined && domain.borders.length !== featureNames.length)
    throw new ModelFormatError(
      `the domain has ${domain.borders.length} features, the model ${featureNames.length}`,
    );
  const calibrated = calibration === undefined ? model : calibrate(model, calibration);
  return {
    model: calibrated,
    setting,
    classes,
    trainingSha256,
    seed,
    metrics,
    smoothing,
    leastConfidence,
    domain,
    captures,
  };
}

function readModel(family: SavedModelFile['family'], json: unknown, featureNames: string[]): FittedModel {
  try {
    return modelFromJson(family, json, featureNames);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new ModelFormatError(`damaged ${family} model: ${z.prettifyError(error)}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ModelFormatError(`not a ${FORMAT} file: not JSON`);
  }
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
