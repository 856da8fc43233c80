import type { Context } from '@temporalio/activity';
import type {
  ActivityExecuteInput,
  ActivityInterceptors,
  Next,
  ActivityInboundCallsInterceptor,
} from '@temporalio/worker';
import { toFailure } from '../activities/failures.js';

/** Sets, for all activities, the type of a failure and whether it is retried. */
export function failureInterceptor({ info }: Context): ActivityInterceptors {
  return {
    inbound: {
      async execute(
        input: ActivityExecuteInput,
        next: Next<ActivityInboundCallsInterceptor, 'execute'>,
      ): Promise<unknown> {
        try {
          return await next(input);
        } catch (error) {
          throw toFailure(error, info.attempt);
        }
      },
    },
  };
}
