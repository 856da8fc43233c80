import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { FitControl } from './fit-control.js';
import type { FitThreadData } from './fit-thread.js';

/** Starts a helper thread for a fit, without waiting for it. */
export type StartHelper = (data: FitThreadData) => void;

/**
 * Helper threads of fits. The thread that fits is busy and receives no events of other threads. So the helpers are started
 * and watched by a thread whose event loop is free; it marks a lost helper in the memory that the team shares.
 */
export class HelperThreads {
  readonly #running = new Map<Worker, FitControl>();
  /** Why the last lost thread ended; null if none was lost. */
  lossReason: string | null = null;

  /** Threads that have not ended. */
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
      control.markLost();
    });
    thread.unref();
  }

  /** Ends all helpers; call it when the task that they help has ended. */
  end(): void {
    for (const control of this.#running.values()) control.close();
  }
}
