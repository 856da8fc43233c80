import type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  Next,
} from '@temporalio/worker';
import type { ConfinedFiles } from '../activities/confined-files.js';
import { pathsIn } from './path-keys.js';

/**
 * Refuses, for all activities, paths in their input that workflows may not use.
 * @param hasInputs whether paths of inputs are of this machine; else they may name captures in the store, and are checked when
 *   they are opened here
 */
export function pathInterceptor(files: ConfinedFiles, hasInputs = true): ActivityInterceptorsFactory {
  return () => ({
    inbound: {
      async execute(
        input: ActivityExecuteInput,
        next: Next<ActivityInboundCallsInterceptor, 'execute'>,
      ): Promise<unknown> {
        const paths = pathsIn(input.args);
        if (hasInputs) await files.requireInputs(paths.input);
        await files.requireOutputs(paths.output);
        await files.requireOwn(paths.own);
        return await next(input);
      },
    },
  });
}
