import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { LONE_CREW, type FitCrew, type FitTeam, type TeamHooks } from '../../learning/fitting/fit-crew.js';
import type { DoPart, FitPart } from '../../learning/fitting/fit-part.js';
import { FitControl, MAX_PARTS } from './fit-control.js';
import type { FitThreadResult } from './fit-thread.js';
import { HelperThreads, type StartHelper } from './helper-threads.js';
import { VqiError } from '../../common/vqi-error.js';

/** A thread that helped with a fit ended before its part was done: out of memory, or killed. Another attempt may do. */
export class LostThreadError extends VqiError {
  override readonly name = 'LostThreadError';
  override readonly retry = 'later';
}

/**
 * A crew of several threads, the asking one among them. They take parts one by one from shared memory, so that a slow
 * part holds up nobody; what is large in the work should lie on shared memory, the rest is copied to each thread. The
 * asking thread never waits for a thread to start: where it is done before, it did all itself.
 *
 * @param threads 1: nothing is started
 * @param start starts the other threads; where it runs on the asking thread, as by default, their loss is not noticed
 */
export function createThreadCrew(
  threads: number,
  start: StartHelper = (data) => new HelperThreads().start(data),
): FitCrew {
  if (threads <= 1) return LONE_CREW;
  return { team: (part, work) => new ThreadTeam(part, work, threads - 1, start) };
}

class ThreadTeam<Work, Result> implements FitTeam<Result> {
  private readonly control = new FitControl();
  private readonly ports: MessagePort[];
  private readonly doPart: DoPart<Result>;

  constructor(part: FitPart<Work, Result>, work: Work, helpers: number, start: StartHelper) {
    this.doPart = part.prepare(work);
    this.ports = Array.from({ length: helpers }, () => {
      const { port1, port2 } = new MessageChannel();
      start({ name: part.name, work, control: this.control.memory, results: port2 });
      return port1;
    });
  }

  run(from: number, to: number, { signal, onProgress }: TeamHooks = {}): Result[] {
    const count = to - from;
    if (count > MAX_PARTS) throw new RangeError(`a run has ${MAX_PARTS} parts at most, not ${count}`);
    const results = new Map<number, Result>();
    this.control.open(from, to);
    while (results.size < count) {
      signal?.throwIfAborted();
      const { told, isLost } = this.control;
      const before = results.size;
      this.collect(results);
      const part = this.control.take();
      if (part >= 0) results.set(part, this.doPart(part));
      else if (results.size === before) {
        if (isLost) throw new LostThreadError('a thread that helped with the fit was lost');
        this.control.waitForResult(told);
      }
      if (results.size > before) onProgress?.(results.size, count);
    }
    return Array.from({ length: count }, (_, at) => results.get(from + at) as Result);
  }

  end(): void {
    this.control.close();
    for (const port of this.ports) port.close();
  }

  private collect(results: Map<number, Result>): void {
    for (const port of this.ports) {
      for (;;) {
        const received = receiveMessageOnPort(port) as { message: FitThreadResult } | undefined;
        if (received === undefined) break;
        const { message } = received;
        if ('error' in message) throw message.error;
        results.set(message.part, message.result as Result);
      }
    }
  }
}
