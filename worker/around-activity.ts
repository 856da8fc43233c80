import type { Context } from '@temporalio/activity';
import type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  Next,
} from '@temporalio/worker';

/** An interceptor of all activities: `run` calls `next` to go on with the next interceptor or, in the end, the activity. */
export function aroundActivity(
  run: (
    context: Context,
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ) => Promise<unknown>,
): ActivityInterceptorsFactory {
  return (context) => ({ inbound: { execute: (input, next) => run(context, input, next) } });
}
