import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import * as workflows from './exported.js';

export * from './exported.js';

/** Fails workflows of unregistered types. Without it, a workflow with a mistyped type would stay Running for ever. */
export default function refuseUnknownType(): never {
  const known = Object.keys(workflows).sort().join(', ');
  throw ApplicationFailure.nonRetryable(
    `there is no workflow type ${workflowInfo().workflowType}; use one of ${known}`,
    'UnknownWorkflowType',
  );
}
