import { join } from 'node:path';
import type { RunConfigInput } from '../../schemas/run-config.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { checkFirst } from '../check-first.js';
import { printAnswer, type AnswerOptions } from '../print-answer.js';
import { resultTable } from '../result-table.js';
import { newRunId, runWorkflow } from '../run-workflow.js';
import { say, sayWhile } from '../say.js';
import { ServerLostError } from '../server-lost-error.js';
import { type Session, withSession } from '../session.js';
import { checked, givenConfig, withOverrides, type SourceOptions } from '../source-config.js';
import { SIMULATION_SILENCE_MS, writeSimulation } from '../write-simulation.js';

/** A quarter of them is held out: enough that an interval over sessions says something. */
const SIMULATED_SESSIONS = 160;
const SIMULATED_SECONDS = 180;

export interface StartOptions extends SourceOptions, AnswerOptions {
  readonly runId?: string | undefined;
  readonly replace?: boolean | undefined;
  readonly keep?: boolean | undefined;
  readonly exit?: boolean | undefined;
}

/** `vqi start`: starts server and worker, runs the workflow `videoQualityPipeline` and prints its results. */
export async function runStartCommand(options: StartOptions): Promise<void> {
  const given = await givenConfig(options);
  if (given !== null) await checkFirst('videoQualityPipeline', given);
  await withSession(async (session) => {
    const runId = options.runId ?? newRunId(given === null ? 'simulated' : 'run');
    const config = given ?? (await simulatedConfig(options, session));
    await runPipeline(session, runId, config, options);
    const keep = options.keep === true || (options.exit !== true && process.stdout.isTTY);
    const { owned } = session;
    if (owned === null) return;
    if (keep) {
      say(`${owned} keep${owned.includes(' ') ? '' : 's'} running: stop with Ctrl-C`);
      await session.lost.catch((error: unknown) => {
        if (error instanceof ServerLostError) throw error;
      });
    } else {
      say(`stopping ${owned}${session.server.owned ? '; to open the web UI again: npm run server' : ''}`);
    }
  });
}

async function simulatedConfig(options: StartOptions, { settings, lost }: Session): Promise<RunConfigInput> {
  const seed = options.seed ?? 1;
  const directory = join(settings.home, 'simulated', `seed-${seed}`);
  say(`no --data given: simulating ${SIMULATED_SESSIONS} sessions in ${directory}`);
  let done = 0;
  const written = writeSimulation({
    ...{ directory, seed, sessions: SIMULATED_SESSIONS, durationSeconds: SIMULATED_SECONDS },
    onProgress: (sessions) => {
      done = sessions;
    },
  });
  await Promise.race([
    sayWhile(() => `simulated ${done} of ${SIMULATED_SESSIONS} sessions`, written, SIMULATION_SILENCE_MS),
    lost,
  ]);
  return checked(
    withOverrides({ source: { kind: 'captures', directory, simulated: true } }, options),
    'the options',
  );
}

async function runPipeline(
  session: Session,
  runId: string,
  config: RunConfigInput,
  options: StartOptions,
): Promise<void> {
  const summary = config.source.kind === 'captures' ? config.source.directory : config.source.path;
  const result = await runWorkflow<PipelineResult>(session, {
    type: 'videoQualityPipeline',
    runId,
    input: config,
    summary,
    replace: options.replace,
  });
  const places = { home: session.settings.home, url: session.urlOf(runId) };
  const warehouse = join(places.home, 'warehouse.duckdb');
  printAnswer(options, { ...result, warehouse, url: places.url }, () =>
    [resultTable(result, places), ...(result.verdict ?? []).map((sentence) => `${sentence}\n`)].join(''),
  );
}
