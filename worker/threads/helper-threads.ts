import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { FitControl } from './fit-control.js';
import type { FitThreadData } from './fit-thread.js';

/** Starts a thread that helps with a fit; whoever asks does not wait for it. */
export type StartHelper = (data: FitThreadData) => void;

/**
 * Threads that help with fits. The thread that fits is busy and hears of no other one's end, so these are started and
 * watched by one whose event loop is free: a thread that is lost is told by the memory that the team shares.
 */
export class HelperThreads {
  readonly #running = new Map<Worker, FitControl>();
  /** Why the last one that was lost ended; null where none was. */
  lossReason: string | null = null;

  /** Threads that are at work or wait for it. */
  get running(): readonly Worker[] {
    return [...this.#running.keys()];
  }

  start(data: FitThreadData): void {
    const control = new FitControl(data.control);
    const thread = new Worker(fileURLToPath(new URL('./fit-thread.js', import.meta.url)), {
      workerData: data,
      transferList: [data.results],
    });
    this.#running.set(thread, control);
    let reason = 'it was ended';
    thread.on('error', (error) => (reason = error.message));
    thread.on('exit', (code) => {
      this.#running.delete(thread);
      if (code === 0) return;
      this.lossReason = reason;
      control.lose();
    });
    thread.unref();
  }

  /** Sends all home: whom they helped is done, or gone. */
  end(): void {
    for (const control of this.#running.values()) control.close();
  }
}
