import { workerData, type MessagePort } from 'node:worker_threads';
import { fitPart } from '../../learning/models/fit-parts.js';
import { FitControl } from './fit-control.js';

/** What a thread that helps with a fit is started with. */
export interface FitThreadData {
  /** Of the kind of part. */
  readonly name: string;
  readonly work: unknown;
  readonly control: SharedArrayBuffer;
  readonly results: MessagePort;
}

/** One part done, or why it was not. */
export type FitThreadResult =
  { readonly part: number; readonly result: unknown } | { readonly part: number; readonly error: unknown };

/** Does parts as long as the team is there; waiting, it uses no time of a processor. */
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
      control.tell();
    }
    if (!control.waitForRun(epoch)) break;
  }
  results.close();
}

help(workerData as FitThreadData);
