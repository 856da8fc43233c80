import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';

export { analyseCapture } from './analyse-capture.js';
export { crossEvaluate } from './cross-evaluate.js';
export { evaluateModel } from './evaluate-model.js';
export { flowFeatures } from './flow-features.js';
export { inferSession } from './infer-session.js';
export { ingestCapture } from './ingest-capture.js';
export { ingestDataset } from './ingest-dataset.js';
export { retryTrial } from './retry-trial.js';
export { runTrial } from './run-trial.js';
export { tuneModel } from './tune-model.js';
export { videoQualityPipeline } from './video-quality-pipeline.js';

/** Answers every workflow type that is not registered: without it, a mistyped name would stay Running for ever. */
export default function refuseUnknownType(): never {
  throw ApplicationFailure.nonRetryable(
    `there is no workflow type ${workflowInfo().workflowType}; there are analyseCapture, crossEvaluate, evaluateModel, flowFeatures, inferSession, ingestCapture, ingestDataset, retryTrial, runTrial, tuneModel, videoQualityPipeline`,
    'UnknownWorkflowType',
  );
}
