import { resolve } from 'node:path';
import type { CaptureAnalysisResult } from '../../activities/warehouse/runs.js';
import { newRunId, runWorkflow } from '../run-workflow.js';
import { serviceOverrides } from '../service-overrides.js';
import { shareLines } from '../result-table.js';
import { withSession } from '../session.js';

export interface AnalyseOptions {
  readonly align?: string;
  readonly lengths?: string;
  readonly find?: string;
  readonly anonymise?: boolean;
  readonly assume?: string;
  readonly services?: string;
  readonly runId?: string;
}

/** `vqi analyse CAPTURE|FOLDER`: the workflow `analyseCapture`, and where its tables and files are. */
export async function runAnalyseCommand(capture: string, options: AnalyseOptions): Promise<void> {
  const say = (message: string): void => void process.stderr.write(`${message}\n`);
  const runId = options.runId ?? newRunId('analysis');
  const { align, lengths } = options;
  const config = {
    capture: resolve(capture),
    windows: { ...(align === undefined ? {} : { align }), ...(lengths === undefined ? {} : { lengths }) },
    ...(options.anonymise === true ? { anonymise: true } : {}),
    service: { find: 'named', ...serviceOverrides(options) },
  };
  await withSession(say, async (session) => {
    const result = await runWorkflow<CaptureAnalysisResult>(
      session,
      { type: 'analyseCapture', runId, input: config, summary: `analyse ${capture}` },
      say,
    );
    say(`${result.serviceWindows} service windows, ${result.sessions} sessions, ${result.segments} segments`);
    for (const line of shareLines(result.shares)) say(line);
    if (result.serviceWindows === 0) {
      say(
        'no name or address tells a known service: --services FILE adds rules, --assume NAME takes all flows to port 443',
      );
    }
    say(
      `warehouse: ${session.settings.home}/warehouse.duckdb (tables service_bytes, service_windows, sessions, session_segments in schema "run ${runId}")`,
    );
    for (const file of result.files) process.stdout.write(`${file}\n`);
  });
}
