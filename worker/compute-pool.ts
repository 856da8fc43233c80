import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Compute, ComputeTaskName, ComputeTasks } from '../activities/compute.js';
import type { ThreadAnswer, ThreadRequest } from './compute-thread.js';

/** An error that a thread answered with; keeps the name, by which retries are decided. */
class ThreadError extends Error {
  constructor(name: string, message: string, stack: string | undefined) {
    super(message);
    this.name = name;
    if (stack !== undefined) this.stack = stack;
  }
}

/** Threads that live as long as there is work, and a little longer. */
export class ComputePool implements Compute {
  private readonly pool: Piscina<ThreadRequest, ThreadAnswer>;

  constructor(readonly threads: number) {
    this.pool = new Piscina<ThreadRequest, ThreadAnswer>({
      filename: fileURLToPath(new URL('./compute-thread.js', import.meta.url)),
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: 10_000,
    });
  }

  async run<Name extends ComputeTaskName>(
    name: Name,
    input: ComputeTasks[Name]['input'],
    hooks: { onProgress: (progress: ComputeTasks[Name]['progress']) => void; signal: AbortSignal },
  ): Promise<ComputeTasks[Name]['output']> {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (progress: ComputeTasks[Name]['progress']) => hooks.onProgress(progress));
    try {
      const answer = await this.pool.run(
        { name, input, progress: port2 },
        { transferList: [port2], signal: hooks.signal },
      );
      if (!answer.ok) throw new ThreadError(answer.name, answer.message, answer.stack);
      const output: ComputeTasks[Name]['output'] = answer.output;
      return output;
    } finally {
      port1.close();
    }
  }

  /** Ends the threads; without it the process would not exit. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }
}
