import { resolve } from 'node:path';
import { withWarehouse } from '../warehouse/core/open-warehouse.js';
import type { FlowFeaturesConfig } from '../schemas/flow-features.js';
import type { RunSource } from '../warehouse/features/build-features.js';
import { buildFlowFeatures, type FlowFeaturesResult } from './warehouse/flow-features.js';
import { homePaths, type ActivityDependencies } from './dependencies.js';
import { heartbeatWhile } from './heartbeat-while.js';

/** The activity that makes representations of flows; on the warehouse's own task queue. */
export function createWarehouseFlowFeatureActivities({ home }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** The table `flow_features` of the run, and its files. */
    async buildFlowFeatures(input: {
      runId: string;
      config: FlowFeaturesConfig;
      sources: readonly RunSource[];
    }): Promise<FlowFeaturesResult> {
      const { runId, config } = input;
      const folder = config.out === null ? paths.run(runId) : resolve(config.out);
      return await heartbeatWhile((report) =>
        withWarehouse(paths.warehouse, async (warehouse) => {
          await warehouse.useRun(runId);
          return await buildFlowFeatures(warehouse, { ...input, folder }, report);
        }),
      );
    },
  };
}
