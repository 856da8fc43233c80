import { toFailure } from '../activities/failures.js';
import { aroundActivity } from './around-activity.js';

/** Sets, for all activities, the type of a failure and whether it is retried. */
export const failureInterceptor = aroundActivity(async ({ info }, input, next) => {
  try {
    return await next(input);
  } catch (error) {
    throw toFailure(error, info.attempt);
  }
});
