import type { EvaluateModelConfigInput, InferSessionConfigInput } from '../schemas/run-config.js';
import type { InferSessionResult, ModelAnswer } from '../workflows/ask-model.js';
import { newRunId, runWorkflow } from './run-workflow.js';
import { withSession } from './session.js';
import { serviceOverrides } from './service-overrides.js';
import { shareLines } from './result-table.js';
import { say } from './say.js';

/** What the commands that ask a model have in common. */
export interface AskOptions {
  readonly model?: string | undefined;
  readonly anonymise?: boolean | undefined;
  readonly assume?: string | undefined;
  readonly services?: string | undefined;
  readonly runId?: string | undefined;
}

/** What both workflows end with; `evaluateModel` scores too. */
type AskedResult = InferSessionResult & Partial<Pick<ModelAnswer, 'score' | 'origins'>>;

/** The part of a configuration that these options name. */
export function askOptions(
  options: AskOptions,
): Pick<InferSessionConfigInput, 'model' | 'anonymise' | 'service'> {
  const service = serviceOverrides(options);
  return {
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.anonymise === true ? { anonymise: true } : {}),
    ...(Object.keys(service).length === 0 ? {} : { service }),
  };
}

/** Runs a workflow that asks a model about captures, follows it, and says what it came to. */
export async function runAsking(
  workflow: 'inferSession' | 'evaluateModel',
  name: string,
  config: InferSessionConfigInput | EvaluateModelConfigInput,
  options: AskOptions,
  show: (result: AskedResult, runId: string) => void,
): Promise<void> {
  const runId = options.runId ?? newRunId(name);
  await withSession(async (session) => {
    const summary = 'capture' in config ? config.capture : config.directory;
    const result = await runWorkflow<AskedResult>(session, { type: workflow, runId, input: config, summary });
    for (const line of shareLines(result.shares)) say(line);
    say(`${result.sessions} sessions, ${result.windows} windows, by the model ${result.modelId}`);
    if (result.sessions === 0) {
      say(
        'no name or address tells a known service: --services FILE adds rules, --assume NAME takes all flows to port 443',
      );
    }
    say(
      `warehouse: ${session.settings.home}/warehouse.duckdb (table resolution_timeline in schema "run ${runId}")`,
    );
    show(result, runId);
  });
}
