import { createAuditActivities } from './computing/audits.js';
import { createCaptureActivities } from './computing/captures.js';
import { createDatasetActivities } from './computing/datasets.js';
import { createModelActivities } from './computing/models.js';
import { createReportActivities } from './computing/reports.js';
import { createTrialActivities } from './computing/trials.js';
import type { ActivityDependencies } from './dependencies.js';
import { createPlanningActivities } from './planning/planning.js';
import { createWarehouseCaptureActivities } from './warehouse/captures.js';
import { createWarehouseCrossEvaluationActivities } from './warehouse/cross-evaluation.js';
import { createWarehouseDatasetActivities } from './warehouse/datasets.js';
import { createWarehouseFeatureActivities } from './warehouse/features.js';
import { createWarehouseFlowFeatureActivities } from './warehouse/flow-features.js';
import { createWarehouseInferenceActivities } from './warehouse/inference.js';
import { createWarehouseReportActivities } from './warehouse/reports.js';
import { createWarehouseResultActivities } from './warehouse/results.js';
import { createWarehouseRunActivities } from './warehouse/runs.js';
import { createWarehouseSearchActivities } from './warehouse/searches.js';
import { createWarehouseTrainingSetActivities } from './warehouse/training-set.js';

/** The activity that binds a run to a warehouse; task queue `vqi`, which every worker serves. */
export function createBindingActivities({ warehouseId }: ActivityDependencies) {
  return { nameWarehouse: (): Promise<string> => Promise.resolve(warehouseId) };
}

/** Activities that any machine may run; task queue `vqi-compute-<warehouse>`. */
export function createComputeActivities(dependencies: ActivityDependencies) {
  return {
    ...createCaptureActivities(dependencies),
    ...createAuditActivities(dependencies),
    ...createTrialActivities(dependencies),
    ...createModelActivities(dependencies),
  };
}

/** All activities that may run at the same time. Those that need files of the user, or write results, have the task queue `vqi-<warehouse>`. */
export function createActivities(dependencies: ActivityDependencies) {
  return {
    ...createComputeActivities(dependencies),
    ...createPlanningActivities(dependencies),
    ...createDatasetActivities(dependencies),
    ...createReportActivities(dependencies),
  };
}

/** Activities of the process that owns the DuckDB file; task queue `vqi-warehouse-<warehouse>`, one at a time. */
export function createWarehouseActivities(dependencies: ActivityDependencies) {
  return {
    ...createWarehouseRunActivities(dependencies),
    ...createWarehouseCaptureActivities(dependencies),
    ...createWarehouseDatasetActivities(dependencies),
    ...createWarehouseFeatureActivities(dependencies),
    ...createWarehouseTrainingSetActivities(dependencies),
    ...createWarehouseFlowFeatureActivities(dependencies),
    ...createWarehouseSearchActivities(dependencies),
    ...createWarehouseResultActivities(dependencies),
    ...createWarehouseReportActivities(dependencies),
    ...createWarehouseInferenceActivities(dependencies),
    ...createWarehouseCrossEvaluationActivities(dependencies),
  };
}

export type BindingActivities = ReturnType<typeof createBindingActivities>;
export type Activities = ReturnType<typeof createActivities>;
export type WarehouseActivities = ReturnType<typeof createWarehouseActivities>;
