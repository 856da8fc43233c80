import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import * as workflows from './exported.js';

export * from './exported.js';

/** Answers every workflow type that is not registered: without it, a mistyped name would stay Running for ever. */
export default function refuseUnknownType(): never {
  const known = Object.keys(workflows).sort().join(', ');
  throw ApplicationFailure.nonRetryable(
    `there is no workflow type ${workflowInfo().workflowType}; there are ${known}`,
    'UnknownWorkflowType',
  );
}
