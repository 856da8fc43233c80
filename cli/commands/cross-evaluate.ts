import { countText } from '../../common/count-text.js';
import type { CrossEvaluateConfigInput } from '../../schemas/run-config.js';
import type { CrossEvaluationResult } from '../../workflows/cross-evaluate.js';
import { checkFirst } from '../check-first.js';
import { droppedText } from '../dropped-text.js';
import { plainTable } from '../plain-table.js';
import { fileLines, linesOf, printAnswer, type AnswerOptions } from '../print-answer.js';
import { figure, runText, scoreRows } from '../result-table.js';
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
    printAnswer(options, result, () => crossEvaluationText(result));
  });
}

/** Scores of a cross-evaluation, its parts and its verdict; ends with a newline. */
export function crossEvaluationText(result: CrossEvaluationResult): string {
  const { runId: run, origins, parts, score, meanMacroF1, dropped = [], verdict = [], files } = result;
  const table = plainTable();
  table.push(['run', runText(run, origins)]);
  for (const { runId, family, sessions, macroF1, accuracy } of parts)
    table.push([
      runId,
      `${family}, macro-F1 ${figure(macroF1)}, accuracy ${figure(accuracy)}, ${countText(sessions, 'session')}`,
    ]);
  table.push(...droppedRows(dropped, parts.length));
  table.push(['mean of the parts', `macro-F1 ${figure(meanMacroF1)}`]);
  for (const row of scoreRows(score)) table.push(row);
  return linesOf([table.toString(), ...verdict, ...fileLines(files)]);
}

/** Columns that became no inputs: a row for all parts that left out the same ones. */
function droppedRows(dropped: NonNullable<CrossEvaluationResult['dropped']>, all: number): string[][] {
  const parts = new Map<string, number[]>();
  for (const { part, columns } of dropped) {
    const text = droppedText(columns);
    if (text !== '') parts.set(text, [...(parts.get(text) ?? []), part]);
  }
  return [...parts].map(([text, of]) => [
    `columns left out${of.length === all ? '' : `\nin part ${of.join(', ')}`}`,
    text,
  ]);
}
