import type { CrossEvaluateConfigInput } from '../../schemas/run-config.js';
import type { CrossEvaluationResult } from '../../workflows/cross-evaluate.js';
import { checkFirst } from '../check-first.js';
import { plainTable } from '../plain-table.js';
import { printAnswer, type AnswerOptions } from '../print-answer.js';
import { runText, scoreRows } from '../result-table.js';
import { newRunId, runWorkflow } from '../run-workflow.js';
import { withSession } from '../session.js';
import { givenConfig, type SourceOptions } from '../source-config.js';

export interface CrossEvaluateOptions extends SourceOptions, AnswerOptions {
  readonly parts?: number | undefined;
  readonly runId?: string | undefined;
  readonly replace?: boolean | undefined;
}

/** `vqi cross-evaluate`: runs the workflow `crossEvaluate` and prints its scores. */
export async function runCrossEvaluateCommand(options: CrossEvaluateOptions): Promise<void> {
  const given = await givenConfig(options);
  if (given === null)
    throw new Error('no data to learn from: name --data FOLDER, --dataset FILE or --config FILE');
  const config: CrossEvaluateConfigInput = {
    ...given,
    ...(options.parts === undefined ? {} : { parts: options.parts }),
  };
  const runId = options.runId ?? newRunId('cross-evaluation');
  await checkFirst('crossEvaluate', config);
  await withSession(async (session) => {
    const summary = config.source.kind === 'captures' ? config.source.directory : config.source.path;
    const result = await runWorkflow<CrossEvaluationResult>(session, {
      type: 'crossEvaluate',
      runId,
      input: config,
      summary,
      replace: options.replace,
    });
    printAnswer(options, result, () => resultText(result));
  });
}

function resultText({
  runId: run,
  origins,
  parts,
  score,
  meanMacroF1,
  files,
}: CrossEvaluationResult): string {
  const table = plainTable();
  const shown = (value: number | null): string => value?.toFixed(3) ?? 'not defined';
  table.push(['run', runText(run, origins)]);
  for (const { runId, family, sessions, macroF1, accuracy } of parts)
    table.push([
      runId,
      `${family}, macro-F1 ${shown(macroF1)}, accuracy ${shown(accuracy)}, ${sessions} sessions`,
    ]);
  table.push(['mean of the parts', `macro-F1 ${shown(meanMacroF1)}`]);
  for (const row of scoreRows(score)) table.push(row);
  return `${table.toString()}\n${files.map((file) => `${file}\n`).join('')}`;
}
