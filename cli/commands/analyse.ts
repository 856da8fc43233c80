import { join } from 'node:path';
import type { CaptureAnalysisResult } from '../../activities/warehouse/features.js';
import { countText } from '../../common/count-text.js';
import { runSchema } from '../../common/run-schema.js';
import { captureConfig, type CaptureOptions } from '../capture-config.js';
import { checkFirst } from '../check-first.js';
import { fileLines, linesOf, printAnswer, type AnswerOptions } from '../print-answer.js';
import { NO_SERVICE_HINT, shareLines } from '../result-table.js';
import { newRunId, runWorkflow } from '../run-workflow.js';
import { say } from '../say.js';
import { serviceOverrides } from '../service-overrides.js';
import { answersTable, withSessions } from '../session-answers.js';
import { withSession } from '../session.js';

export interface AnalyseOptions extends AnswerOptions, CaptureOptions {
  readonly align?: string | undefined;
  readonly lengths?: string | undefined;
  readonly find?: string | undefined;
  readonly assume?: string | undefined;
  readonly services?: string | undefined;
  readonly runId?: string | undefined;
  readonly replace?: boolean | undefined;
}

/** `vqi analyse CAPTURE|FOLDER`: runs the workflow `analyseCapture` and prints its traffic, sessions and files. */
export async function runAnalyseCommand(capture: string, options: AnalyseOptions): Promise<void> {
  const runId = options.runId ?? newRunId('analysis');
  const { align, lengths } = options;
  const config = {
    ...captureConfig(capture, options),
    windows: { ...(align === undefined ? {} : { align }), ...(lengths === undefined ? {} : { lengths }) },
    service: { find: 'named', ...serviceOverrides(options) },
  };
  await checkFirst('analyseCapture', config);
  await withSession(async (session) => {
    const result = await runWorkflow<CaptureAnalysisResult>(session, {
      type: 'analyseCapture',
      runId,
      input: config,
      summary: `analyse ${capture}`,
      replace: options.replace,
    });
    if (result.serviceWindows === 0) say(NO_SERVICE_HINT);
    const warehouse = join(session.settings.home, 'warehouse.duckdb');
    const { serviceWindows, windows, sessions, segments, shares, answers, files } = result;
    printAnswer(options, { runId, warehouse, ...withSessions(result) }, () =>
      linesOf([
        ...shareLines(shares),
        `${countText(serviceWindows, 'service window')}, ${countText(sessions, 'session')}${windows === undefined ? '' : ` of ${countText(windows, 'window')}`}, ${countText(segments, 'segment')}`,
        answers ? answersTable(answers).trimEnd() : '',
        `warehouse: ${warehouse} (tables sessions_summary, service_bytes, service_windows, sessions, session_segments in schema "${runSchema(runId)}")`,
        ...fileLines(files),
      ]),
    );
  });
}
