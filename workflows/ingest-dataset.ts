import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { StoreDatasetResult } from '../activities/warehouse/datasets.js';
import { countText } from '../common/count-text.js';
import type { IngestDatasetInput } from '../schemas/run-config.js';
import { filing, planning, warehouse } from './activity-options.js';
import { asRun, finishRun } from './as-run.js';
import { setAttributes } from './run-attributes.js';

/** A stored dataset; warnings name columns that were not read and impossible values. */
export type IngestDatasetResult = StoreDatasetResult;

/**
 * Reads a labelled dataset (pickle, CSV, Parquet, Arrow, JSON lines) into `dataset_raw`, cleans it into `dataset_clean`
 * with `cleaning_log`, and splits it, in one transaction. The same content with the same settings is stored only once,
 * whatever the file's name.
 */
export async function ingestDataset(input: IngestDatasetInput): Promise<IngestDatasetResult> {
  const { workflowId: runId } = workflowInfo();
  return await asRun(input, async (buildId) => {
    const { config } = await planning.planDataset.executeWithOptions({ summary: 'check the configuration' }, [
      { config: input },
    ]);
    const { path } = input;
    setAttributes({ source: path });
    const read = await filing.readDataset.executeWithOptions({ summary: path }, [{ path }]);
    const stored = await warehouse.storeDataset.executeWithOptions(
      { summary: `clean and split ${read.dataset.rows ?? 0} rows` },
      [{ runId: buildId, config, read }],
    );
    const { warnings: ofStore = [] } =
      stored.runId === runId
        ? await finishRun({ runId, buildId, files: [], modelId: null, isShown: true })
        : {};
    const text = `${stored.cleanRows} of ${countText(stored.rawRows, 'row')}, ${countText(stored.features, 'feature')}, ${countText(stored.sessions, 'session')}`;
    setCurrentDetails(`${path}: ${text}${stored.isNew ? '' : `, already stored by run ${stored.runId}`}`);
    return { ...stored, warnings: [...read.notes, ...stored.warnings, ...ofStore] };
  });
}
