import { join } from 'node:path';
import { buildFlowFeatureTable } from '../activities/warehouse/flow-features.js';
import { flowFeaturesConfigSchema } from '../schemas/flow-features.js';
import { withWarehouse } from '../warehouse/core/open-warehouse.js';
import { ingestFile } from './ingest-file.js';

/** Does the work of the workflow `flowFeatures` on a new capture, without Temporal, up to its files: CAPTURE FOLDER. */
const [path = '', folder = ''] = process.argv.slice(2);
const warehousePath = join(folder, 'warehouse.duckdb');
const { captureId } = await ingestFile(path, warehousePath, folder);
const source = {
  captureId,
  sessionId: path,
  captureName: path,
  site: null,
  videoId: null,
  homeId: null,
  resolutionPx: null,
};
const { flows } = await withWarehouse(warehousePath, async (warehouse) => {
  await warehouse.useRun('bench');
  return await buildFlowFeatureTable(
    warehouse,
    {
      runId: 'bench',
      config: flowFeaturesConfigSchema.parse({ capture: path }),
      sources: [source],
      folder: join(folder, 'features'),
    },
    () => undefined,
  );
});
console.log(JSON.stringify({ flows }));
