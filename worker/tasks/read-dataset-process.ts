import { retryOf } from '../../common/vqi-error.js';
import type { ReadDatasetMessage } from './read-dataset-apart.js';
import { readDatasetTask } from './read-dataset.js';

type Input = Parameters<typeof readDatasetTask>[0];

const SIGN_MS = 500;

const end = (message: ReadDatasetMessage): void =>
  void process.send?.(message, undefined, undefined, () => process.exit(0));

// The thread that waits has ended: nobody needs the result.
process.once('disconnect', () => process.exit(1));
process.once('message', (input: Input) => {
  const live = (): void => void process.send?.({ kind: 'alive' } satisfies ReadDatasetMessage);
  live();
  setInterval(live, SIGN_MS);
  readDatasetTask(input, (progress) => {
    process.send?.({ kind: 'progress', progress } satisfies ReadDatasetMessage);
  })
    .then((output) => end({ kind: 'result', output }))
    .catch((error: unknown) => {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      end({ kind: 'error', name, message, stack, retry: retryOf(error) });
    });
});
