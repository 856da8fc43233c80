import { workerData, type MessagePort } from 'node:worker_threads';
import { fitPart } from '../../learning/models/fit-parts.js';
import { FitControl } from './fit-control.js';

/** Input of a helper thread. */
export interface FitThreadData {
  /** Name of the kind of part. */
  readonly name: string;
  readonly work: unknown;
  readonly control: SharedArrayBuffer;
  readonly results: MessagePort;
}

/** Result of one part, or its error. */
export type FitThreadResult =
  { readonly part: number; readonly result: unknown } | { readonly part: number; readonly error: unknown };

/** Does parts until the team is closed; waiting uses no processor time. */
function help({ name, work, control: memory, results }: FitThreadData): void {
  const control = new FitControl(memory);
  const doPart = fitPart(name).prepare(work as never);
  for (let epoch = control.epoch; ; epoch = control.epoch) {
    for (let part = control.take(); part >= 0; part = control.take()) {
      let answer: FitThreadResult;
      try {
        answer = { part, result: doPart(part) };
      } catch (error) {
        answer = { part, error };
      }
      results.postMessage(answer);
      control.countSent();
    }
    if (!control.waitForRun(epoch)) break;
  }
  results.close();
}

help(workerData as FitThreadData);
