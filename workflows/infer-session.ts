import type { InferSessionConfigInput } from '../schemas/run-config.js';
import { warehouse } from './activity-options.js';
import { askModel, type ModelAnswer } from './ask-model.js';

/** Timelines that a model made of captures. */
export type InferSessionResult = Omit<ModelAnswer, 'score' | 'origins'>;

/**
 * What the viewers of captures saw, window by window, as a model says: timelines as table, Parquet, CSV and charts.
 * Without a model's id, the current one answers.
 */
export async function inferSession(input: InferSessionConfigInput): Promise<InferSessionResult> {
  const { modelId, sessions, windows, shares, files, warnings } = await askModel(() =>
    warehouse.planInference.executeWithOptions({ summary: 'find the model' }, [{ config: input }]),
  );
  return { modelId, sessions, windows, shares, files, warnings };
}
