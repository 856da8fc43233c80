import type { Context } from '@temporalio/activity';
import type {
  ActivityExecuteInput,
  ActivityInterceptors,
  Next,
  ActivityInboundCallsInterceptor,
} from '@temporalio/worker';
import { toFailure } from '../activities/failures.js';

/** Decides in one place, for every activity, under which type a failure is recorded and whether it is retried. */
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
