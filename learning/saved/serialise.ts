import { z } from 'zod';
import { MODEL_FAMILIES, trialSettingSchema } from '../../schemas/search.js';
import { calibrate, isCalibrated } from '../calibration/calibrated-model.js';
import { temperatureScalingSchema } from '../calibration/temperature.js';
import { modelFromJson, type FittedModel } from '../models/estimator.js';
import { sessionSmoothingSchema } from '../smoothing/session-smoothing.js';
import { VqiError } from '../../common/vqi-error.js';

const FORMAT = 'vqi-model';
/** Version 2 may hold a calibration, version 3 also a smoothing. */
const VERSION = 3;
const READ_VERSIONS = [1, 2, VERSION] as const;

const headerSchema = z.object({ format: z.literal(FORMAT), version: z.int() });

/** The file of a saved model; `model` is what its family's `toJson()` says. */
export const savedModelSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(READ_VERSIONS),
  family: z.enum(MODEL_FAMILIES),
  setting: trialSettingSchema,
  /** Heights in pixels that the class indices stand for, ascending. */
  classes: z.array(z.int().positive()).min(1),
  featureNames: z.array(z.string()),
  /** Of the training rows' file, hexadecimal. */
  trainingSha256: z.string(),
  seed: z.int(),
  metrics: z.record(z.string(), z.json()).optional(),
  /** Of the model's probabilities, on sessions held out of its training. */
  calibration: temperatureScalingSchema.optional(),
  /** Of the calibrated probabilities, over the windows of a session. */
  smoothing: sessionSmoothingSchema.optional(),
  model: z.unknown(),
});

type SavedModelFile = z.infer<typeof savedModelSchema>;

/** A model and how it came about. */
export interface SavedModel extends Pick<
  SavedModelFile,
  'setting' | 'classes' | 'trainingSha256' | 'seed' | 'metrics' | 'smoothing'
> {
  readonly model: FittedModel;
}

/** A file that holds no model of this version; the message says what is wrong with it. */
export class ModelFormatError extends VqiError {
  override readonly name = 'ModelFormatError';
  override readonly retry = 'never';
}

/** JSON of a model, keys sorted at every depth: the same model gives the same bytes. */
export function serialiseModel(saved: SavedModel): string {
  const { model, setting, classes, trainingSha256, seed, metrics, smoothing } = saved;
  if (classes.length !== model.classCount) {
    throw new ModelFormatError(`${classes.length} classes for a model of ${model.classCount}`);
  }
  const file: SavedModelFile = {
    format: FORMAT,
    version: VERSION,
    family: model.family,
    setting,
    classes,
    featureNames: [...model.featureNames],
    trainingSha256,
    seed,
    ...(metrics === undefined ? {} : { metrics }),
    ...(isCalibrated(model) ? { calibration: model.calibration } : {}),
    ...(smoothing === undefined ? {} : { smoothing }),
    model: model.toJson(),
  };
  return JSON.stringify(file, sortedKeys) + '\n';
}

/**
 * The model of a file that `serialiseModel` wrote; its predictions are those of the model saved.
 *
 * @throws ModelFormatError naming the first thing that is wrong
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
  const { family, featureNames, setting, classes, trainingSha256, seed, metrics, smoothing } = file.data;
  if (setting.family !== family) {
    throw new ModelFormatError(`the model is of family ${family} and its setting of ${setting.family}`);
  }
  const model = readModel(family, file.data.model, featureNames);
  if (classes.length !== model.classCount) {
    throw new ModelFormatError(`${classes.length} classes for a model of ${model.classCount}`);
  }
  const { calibration } = file.data;
  for (const scaling of [calibration, smoothing?.calibration]) {
    if (scaling?.present.some((label) => label >= model.classCount)) {
      throw new ModelFormatError('the calibration is of classes that the model does not have');
    }
  }
  const answering = calibration === undefined ? model : calibrate(model, calibration);
  return { model: answering, setting, classes, trainingSha256, seed, metrics, smoothing };
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
