import { resolvePath } from '../../common/resolve-path.js';
import type { EvaluateModelConfigInput } from '../../schemas/run-config.js';
import { modelConfig, runModelWorkflow, type ModelOptions } from '../apply-model.js';
import { plainTable } from '../plain-table.js';
import { runText, scoreRows } from '../result-table.js';

export interface EvaluateOptions extends ModelOptions {
  readonly sessionsFile?: string | undefined;
}

/** `vqi evaluate FOLDER`: runs the workflow `evaluateModel` and prints its scores. */
export async function runEvaluateCommand(directory: string, options: EvaluateOptions): Promise<void> {
  const config: EvaluateModelConfigInput = {
    directory: resolvePath(directory),
    ...(options.sessionsFile === undefined ? {} : { sessionsFile: options.sessionsFile }),
    ...modelConfig(options),
  };
  await runModelWorkflow(
    'evaluateModel',
    'evaluation',
    config,
    options,
    ({ modelId, score, origins }, runId) => {
      const table = plainTable();
      for (const row of [
        ['run', runText(runId, origins ?? [])],
        ['model', modelId],
        ...(score === undefined ? [] : scoreRows(score)),
      ])
        table.push(row);
      return table.toString();
    },
  );
}
