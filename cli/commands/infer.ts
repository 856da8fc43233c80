import { resolve } from 'node:path';
import { askOptions, runAsking, type AskOptions } from '../ask-model.js';

/** `vqi infer CAPTURE|FOLDER`: the workflow `inferSession`, and where its timelines are. */
export async function runInferCommand(capture: string, options: AskOptions): Promise<void> {
  const config = { capture: resolve(capture), ...askOptions(options) };
  await runAsking('inferSession', 'inference', config, options, ({ files }) => {
    for (const file of files) process.stdout.write(`${file}\n`);
  });
}
