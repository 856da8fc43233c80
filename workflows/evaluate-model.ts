import type { EvaluateModelConfigInput } from '../schemas/run-config.js';
import { warehouse } from './activity-options.js';
import { askModel, type ModelAnswer } from './ask-model.js';

/**
 * How right a model is on labelled captures that it was not trained on; without a model's id, the current one. Timelines
 * with the truth, scores with baselines beside them, windows after a switch of resolution apart: tables, files, page.
 * Sessions whose captures the model was trained on are left out of the scores, and named.
 */
export async function evaluateModel(input: EvaluateModelConfigInput): Promise<ModelAnswer> {
  return await askModel(() =>
    warehouse.planEvaluation.executeWithOptions({ summary: 'find the model' }, [{ config: input }]),
  );
}
