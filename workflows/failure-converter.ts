import { DefaultFailureConverter } from '@temporalio/common';

/** Puts message and stack of a failure into a payload, which is encrypted; Temporal loads it by this name. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
