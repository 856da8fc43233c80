import { fileURLToPath } from 'node:url';
import { MessageChannel, type Worker } from 'node:worker_threads';
import piscina = require('piscina');
import type { Compute, ComputeTaskName, ComputeTasks } from '../../activities/computing/compute.js';
import { StopFlag } from '../../learning/fitting/stop-flag.js';
import type { ThreadAnswer, ThreadRequest } from './compute-task.js';
import type { FitThreadData } from './fit-thread.js';
import { HelperThreads } from './helper-threads.js';
import { RemoteError } from './remote-error.js';

/** Tasks that check the stop flag between trees, rounds and folds, so that their thread need not be ended. */
const STOPPING_TASKS: ReadonlySet<ComputeTaskName> = new Set(['crossValidate', 'fitModel']);

/** How long such a task may continue before its thread is ended. */
const GRACE_MS = 10_000;

/** Runs compute tasks on threads; a thread without work ends after ten seconds. */
export class ComputePool implements Compute {
  private readonly pool: piscina.Piscina<ThreadRequest, ThreadAnswer>;
  private readonly helpers = new Set<HelperThreads>();
  private running = 0;

  constructor(readonly threads: number) {
    this.pool = new piscina.Piscina<ThreadRequest, ThreadAnswer>({
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
    const helpers = new HelperThreads();
    const { port1: toHelpers, port2: fromThread } = new MessageChannel();
    toHelpers.on('message', (data: FitThreadData) => helpers.start(data));
    this.helpers.add(helpers);
    const stop = new StopFlag();
    const ending = new AbortController();
    let grace: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      stop.stop();
      grace = setTimeout(() => ending.abort(), STOPPING_TASKS.has(name) ? GRACE_MS : 0);
    };
    if (hooks.signal.aborted) onAbort();
    hooks.signal.addEventListener('abort', onAbort);
    this.running++;
    try {
      const answer = await this.pool.run(
        {
          name,
          input,
          progress: port2,
          stop: stop.memory,
          threads: Math.max(1, this.threads + 1 - this.running),
          helpers: fromThread,
        },
        { transferList: [port2, fromThread], signal: ending.signal },
      );
      if (!answer.ok) {
        const reason = answer.name === 'LostThreadError' ? helpers.lossReason : null;
        const message = reason === null ? answer.message : `${answer.message}: ${reason}`;
        throw new RemoteError(answer.name, message, answer.stack, answer.retry);
      }
      const output: ComputeTasks[Name]['output'] = answer.output;
      return output;
    } finally {
      this.running--;
      hooks.signal.removeEventListener('abort', onAbort);
      clearTimeout(grace);
      port1.close();
      toHelpers.close();
      helpers.end();
      this.helpers.delete(helpers);
    }
  }

  /** Threads that are helping with fits. */
  get helperThreads(): readonly Worker[] {
    return [...this.helpers].flatMap(({ running }) => running);
  }

  /** Ends the threads; without it the process would not exit. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }
}
