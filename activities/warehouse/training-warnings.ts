import type { RunConfig } from '../../schemas/run-config.js';
import { sharedPieces } from '../../warehouse/captures/spliced-pieces.js';
import type { Warehouse } from '../../warehouse/core/warehouse.js';
import { datasetWarnings } from '../../warehouse/datasets/dataset-warnings.js';
import { impossibleWarnings } from '../../warehouse/features/impossible-values.js';
import { labelWarnings } from '../../warehouse/features/label-warnings.js';

/** Warnings about the training set of the current run: impossible values, doubtful labels, sessions that cannot teach. */
export async function trainingWarnings(
  warehouse: Warehouse,
  { source }: Pick<RunConfig, 'source'>,
  notSpliced: string | null,
): Promise<string[]> {
  const warnings = await impossibleWarnings(warehouse);
  if (source.kind === 'dataset') return [...(await datasetWarnings(warehouse)), ...warnings];
  return [
    ...warnings,
    ...(await labelWarnings(warehouse)),
    ...(await spliceWarnings(warehouse)),
    ...(await constancyWarnings(warehouse, notSpliced)),
  ];
}

/** Splits separate sessions, but not the captures that spliced sessions consist of: those are shared by most sessions. */
async function spliceWarnings(warehouse: Warehouse): Promise<string[]> {
  const { heldOut, shared } = await sharedPieces(warehouse);
  if (shared === 0) return [];
  return [
    `${shared} of ${heldOut} held-out sessions contain pieces of captures that training sessions contain too: their scores are too high. Splice captures that are not used for training into another folder (vqi splice --only), and evaluate on that folder (vqi evaluate)`,
  ];
}

/** Warns if the model learns neither from sessions that switch nor from spliced ones. */
async function constancyWarnings(warehouse: Warehouse, notSpliced: string | null): Promise<string[]> {
  if (notSpliced === null) return [];
  const switches = await warehouse.rows(`
    from window_labels
    where since_switch_seconds is not null
      and session_id in (select session_id from dataset_clean join splits using (session_group) where fold >= 0)
    limit 1`);
  if (switches.length > 0) return [];
  return [
    `no training session changes its resolution, and none could be spliced: ${notSpliced}. The model will follow a switch late or not at all; train on captures that switch, with player logs`,
  ];
}
