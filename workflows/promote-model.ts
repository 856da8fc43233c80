import { setCurrentDetails } from '@temporalio/workflow';
import type { ModelStanding } from '../schemas/model-standing.js';
import { warehouse } from './activity-options.js';
import { bindToWarehouse } from './bind-to-warehouse.js';
import { setAttributes, useAttributes } from './run-attributes.js';

/** Makes a model the current one: the one that is used if none is named. Its scores do not matter. */
export async function promoteModel(input: { model: string }): Promise<ModelStanding> {
  await bindToWarehouse();
  const { attributes, ...standing } = await warehouse.promoteModel.executeWithOptions(
    { summary: 'make the model current' },
    [input],
  );
  if (attributes !== undefined) useAttributes(attributes);
  setAttributes({ stage: 'done', source: input.model });
  setCurrentDetails(`${standing.modelId} is the current model`);
  return standing;
}
