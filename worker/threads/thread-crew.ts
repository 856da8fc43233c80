import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { VqiError } from '../../common/vqi-error.js';
import { LONE_CREW, type FitCrew, type FitTeam, type TeamHooks } from '../../learning/fitting/fit-crew.js';
import type { DoPart, FitPart } from '../../learning/fitting/fit-part.js';
import { FitControl, MAX_PARTS } from './fit-control.js';
import type { FitThreadResult } from './fit-thread.js';
import { HelperThreads, type StartHelper } from './helper-threads.js';

/** A helper thread ended before its part was done: out of memory, or killed. A retry may succeed. */
export class LostThreadError extends VqiError {
  override readonly name = 'LostThreadError';
  override readonly retry = 'later';
}

/**
 * A crew of several threads, including the calling one. Threads take parts one by one from shared memory, so that a slow part
 * does not delay the others. Large inputs should be in shared memory; everything else is copied to each thread. The calling
 * thread does not wait for other threads to start, so it may do all parts itself.
 *
 * @param threads 1: no thread is started
 * @param start starts the other threads; if it runs on the calling thread, as by default, a lost thread is not detected
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
    if (count > MAX_PARTS) throw new RangeError(`a run can have at most ${MAX_PARTS} parts, not ${count}`);
    const results = new Map<number, Result>();
    this.control.open(from, to);
    while (results.size < count) {
      signal?.throwIfAborted();
      const { sent, isLost } = this.control;
      const before = results.size;
      this.collect(results);
      const part = this.control.take();
      if (part >= 0) results.set(part, this.doPart(part));
      else if (results.size === before) {
        if (isLost) throw new LostThreadError('a thread that helped with the fit was lost');
        this.control.waitForResult(sent);
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
