import type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  Next,
} from '@temporalio/worker';
import type { ConfinedFiles } from '../activities/confined-files.js';
import { pathsIn } from './path-keys.js';

/** Refuses, for all activities, paths in their input that workflows may not use. */
export function pathInterceptor(files: ConfinedFiles): ActivityInterceptorsFactory {
  return () => ({
    inbound: {
      async execute(
        input: ActivityExecuteInput,
        next: Next<ActivityInboundCallsInterceptor, 'execute'>,
      ): Promise<unknown> {
        const paths = pathsIn(input.args);
        await files.requireInputs(paths.input);
        await files.requireOutputs(paths.output);
        await files.requireOwn(paths.own);
        return await next(input);
      },
    },
  });
}
