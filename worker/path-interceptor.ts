import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { ConfinedFiles } from '../activities/confined-files.js';
import { aroundActivity } from './around-activity.js';
import { pathsIn } from './path-keys.js';

/**
 * Refuses, for all activities, paths in their input that workflows may not use.
 * @param hasInputs whether this machine has the captures of the user; else a capture to decode may be in the store, and its path
 *   is checked when it is opened here
 */
export function pathInterceptor(files: ConfinedFiles, hasInputs = true): ActivityInterceptorsFactory {
  return aroundActivity(async ({ info }, input, next) => {
    const paths = pathsIn(input.args);
    if (hasInputs || info.activityType !== 'decodeCapture') await files.requireInputs(paths.input);
    await files.requireOutputs(paths.output);
    await files.requireOwn(paths.own);
    return await next(input);
  });
}
