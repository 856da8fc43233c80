import { join } from 'node:path';
import { countText } from '../common/count-text.js';
import { runSchema } from '../common/run-schema.js';
import type { EvaluateModelConfigInput, InferSessionConfigInput } from '../schemas/run-config.js';
import type { InferSessionResult, AppliedModel } from '../workflows/apply-model.js';
import { checkFirst } from './check-first.js';
import { fileLines, linesOf, printAnswer, type AnswerOptions } from './print-answer.js';
import { NO_SERVICE_HINT, shareLines } from './result-table.js';
import { newRunId, runWorkflow } from './run-workflow.js';
import { say } from './say.js';
import { serviceOverrides } from './service-overrides.js';
import { answersTable, withSessions } from './session-answers.js';
import { withSession } from './session.js';

/** Options shared by the commands that apply a model to captures. */
export interface ModelOptions extends AnswerOptions {
  readonly model?: string | undefined;
  readonly strict?: boolean | undefined;
  readonly anonymise?: boolean | undefined;
  readonly assume?: string | undefined;
  readonly services?: string | undefined;
  readonly runId?: string | undefined;
  readonly replace?: boolean | undefined;
}

/** Result of both workflows; `evaluateModel` adds scores. */
type ModelResult = InferSessionResult & Partial<Pick<AppliedModel, 'score' | 'origins'>>;

/** The part of a run configuration that these options set. */
export function modelConfig(
  options: ModelOptions,
): Pick<InferSessionConfigInput, 'model' | 'strict' | 'anonymise' | 'service'> {
  const service = serviceOverrides(options);
  return {
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.strict === true ? { strict: true } : {}),
    ...(options.anonymise === true ? { anonymise: true } : {}),
    ...(Object.keys(service).length === 0 ? {} : { service }),
  };
}

/**
 * Runs a workflow that applies a model to captures, follows its progress and prints its result.
 * @param scores of an evaluation, as a text
 */
export async function runModelWorkflow(
  workflow: 'inferSession' | 'evaluateModel',
  name: string,
  config: InferSessionConfigInput | EvaluateModelConfigInput,
  options: ModelOptions,
  scores?: (result: ModelResult, runId: string) => string,
): Promise<void> {
  const runId = options.runId ?? newRunId(name);
  await checkFirst(workflow, config);
  await withSession(async (session) => {
    const summary = 'capture' in config ? config.capture : config.directory;
    const result = await runWorkflow<ModelResult>(session, {
      type: workflow,
      runId,
      input: config,
      summary,
      replace: options.replace,
    });
    if (result.sessions === 0) say(NO_SERVICE_HINT);
    const warehouse = join(session.settings.home, 'warehouse.duckdb');
    const { shares, sessions, windows, modelId, answers, verdict = [], files } = result;
    printAnswer(options, { runId, warehouse, ...withSessions(result) }, () =>
      linesOf([
        ...shareLines(shares),
        `${countText(sessions, 'session')}, ${countText(windows, 'window')}, predicted by the model ${modelId}`,
        answers ? answersTable(answers).trimEnd() : '',
        ...(scores === undefined ? [] : [scores(result, runId)]),
        ...verdict,
        `warehouse: ${warehouse} (tables sessions_summary, resolution_timeline in schema "${runSchema(runId)}")`,
        ...fileLines(files),
      ]),
    );
  });
}
