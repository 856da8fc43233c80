import type { ModelStanding } from '../../schemas/model-standing.js';
import { checkFirst } from '../check-first.js';
import { printAnswer, type AnswerOptions } from '../print-answer.js';
import { newRunId, runWorkflow } from '../run-workflow.js';
import { withSession } from '../session.js';

/** `vqi models promote MODEL`: makes a model the one that is used if none is named. */
export async function runPromoteModelCommand(model: string, options: AnswerOptions): Promise<void> {
  await checkFirst('promoteModel', { model });
  await withSession(async (session) => {
    const standing = await runWorkflow<ModelStanding>(session, {
      type: 'promoteModel',
      runId: newRunId('promotion'),
      input: { model },
      summary: model,
      replace: false,
    });
    printAnswer(options, standing, () => `the current model is ${standing.modelId}\n`);
  });
}
