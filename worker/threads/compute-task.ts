import type { MessagePort } from 'node:worker_threads';
import type { ComputeTaskName, ComputeTasks } from '../../activities/computing/compute.js';
import type { Retry } from '../../common/vqi-error.js';
import type { StopSignal } from '../../learning/fitting/fit-crew.js';
import type { StartHelper } from './helper-threads.js';

/** Thread-related input of a task. */
export interface TaskThread {
  /** Asks the task to stop; a task may ignore it. */
  readonly stop: StopSignal;
  /** Threads that the task may use: those that were idle when it started, including its own. */
  readonly threads: number;
  /** Starts a thread that helps with a fit. */
  readonly startHelper: StartHelper;
}

/** A compute task, run off the event loop of the worker. */
export type ComputeTask<Name extends ComputeTaskName> = (
  input: ComputeTasks[Name]['input'],
  report: (progress: ComputeTasks[Name]['progress']) => void,
  thread?: TaskThread,
) => Promise<ComputeTasks[Name]['output']>;

export interface ThreadRequest {
  readonly name: ComputeTaskName;
  readonly input: unknown;
  readonly progress: MessagePort;
  /** Shared memory of a `StopFlag`. */
  readonly stop: SharedArrayBuffer;
  readonly threads: number;
  /** Receives a `FitThreadData` for each helper thread to start. */
  readonly helpers: MessagePort;
}

/** Errors cross threads as plain values: a structured clone would lose their names. */
export type ThreadAnswer =
  | { readonly ok: true; readonly output: never }
  | {
      readonly ok: false;
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      readonly retry: Retry;
    };
