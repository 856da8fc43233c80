import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { WorkflowIdConflictPolicy } from '@temporalio/client';
import { z } from 'zod';
import { runConfigSchema, type RunConfigInput } from '../../schemas/run-config.js';
import { TASK_QUEUE } from '../../workflows/ids.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { followProgress } from '../follow-progress.js';
import { resultTable } from '../result-table.js';
import { rootCause } from '../root-cause.js';
import { newRunId } from '../run-id.js';
import { serviceOverrides } from '../service-overrides.js';
import { withSession, type Session } from '../run-workflow.js';
import { untilInterrupted } from '../server.js';
import { SIMULATION_DEFAULTS, writeSimulation } from '../write-simulation.js';

export interface StartOptions {
  readonly data?: string;
  readonly dataset?: string;
  readonly config?: string;
  readonly ladder?: readonly number[];
  readonly trials?: number;
  readonly splitBy?: string;
  readonly forCaptures?: boolean;
  readonly strict?: boolean;
  readonly seed?: number;
  readonly timeline?: readonly string[];
  readonly anonymise?: boolean;
  readonly assume?: string;
  readonly services?: string;
  readonly runId?: string;
  readonly keep?: boolean;
  readonly exit?: boolean;
}

/** `vqi start`: server, worker, the workflow `videoQualityPipeline`, its progress and its results. */
export async function runStartCommand(options: StartOptions): Promise<void> {
  const say = (message: string): void => void process.stderr.write(`${message}\n`);
  const given = await givenConfig(options);
  await withSession(say, async (session) => {
    const runId = options.runId ?? newRunId(given === null ? 'simulated' : 'run');
    const config = given ?? (await simulatedConfig(options, session, say));
    await runPipeline(session, runId, config, say);
    const keep = options.keep === true || (options.exit !== true && process.stdout.isTTY);
    if (keep) {
      say('server and worker stay up: Ctrl-C ends them');
      await Promise.race([untilInterrupted(), session.workerEnded]);
    } else {
      say('server and worker are stopped now; `npm run server` brings the web UI back');
    }
  });
}

/** The configuration that the options name, checked; null where they name no source. */
async function givenConfig(options: StartOptions): Promise<RunConfigInput | null> {
  if (options.config !== undefined)
    return checked(withOverrides(await readJson(options.config), options), options.config);
  if (options.data !== undefined) {
    return checked(
      withOverrides({ source: { kind: 'captures', directory: resolve(options.data) } }, options),
      'the options',
    );
  }
  if (options.dataset !== undefined) {
    return checked(
      withOverrides(
        {
          source: {
            kind: 'dataset',
            path: resolve(options.dataset),
            forCaptures: options.forCaptures === true,
          },
        },
        options,
      ),
      'the options',
    );
  }
  return null;
}

async function simulatedConfig(
  options: StartOptions,
  { settings }: Session,
  say: (message: string) => void,
): Promise<RunConfigInput> {
  const seed = options.seed ?? 1;
  const directory = join(settings.home, 'simulated', `seed-${seed}`);
  say(`no --data given: simulating ${SIMULATION_DEFAULTS.sessions} sessions in ${directory}`);
  await writeSimulation({ directory, seed });
  return checked(
    withOverrides({ source: { kind: 'captures', directory, simulated: true } }, options),
    'the options',
  );
}

function withOverrides(config: unknown, options: StartOptions): unknown {
  if (typeof config !== 'object' || config === null) return config;
  const search: unknown = 'search' in config ? config.search : {};
  const service: unknown = 'service' in config ? config.service : {};
  const ofService = serviceOverrides(options);
  return {
    ...config,
    ...(options.ladder === undefined ? {} : { ladder: options.ladder }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.splitBy === undefined ? {} : { split: { by: options.splitBy } }),
    ...(options.strict === true ? { strict: true } : {}),
    ...(options.anonymise === true ? { anonymise: true } : {}),
    ...(options.timeline === undefined ? {} : { timeline: { sessions: options.timeline } }),
    ...(Object.keys(ofService).length === 0
      ? {}
      : { service: { ...(typeof service === 'object' ? service : {}), ...ofService } }),
    ...(options.trials === undefined
      ? {}
      : { search: { ...(typeof search === 'object' ? search : {}), trials: options.trials } }),
  };
}

function checked(config: unknown, origin: string): RunConfigInput {
  const parsed = runConfigSchema.safeParse(config);
  if (!parsed.success)
    throw new Error(`${origin}: the run's configuration cannot be used:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`${path}: no such file`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

async function runPipeline(
  session: Session,
  runId: string,
  config: RunConfigInput,
  say: (message: string) => void,
): Promise<void> {
  await session.client.workflow.start('videoQualityPipeline', {
    taskQueue: TASK_QUEUE,
    workflowId: runId,
    args: [config],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
    staticSummary: config.source.kind === 'captures' ? config.source.directory : config.source.path,
  });
  const url = session.urlOf(runId);
  say(`run ${runId}${url === null ? '' : `: ${url}`}`);
  const result = await followProgress<PipelineResult>(session.client, runId, session.workerEnded).catch(
    (error: unknown) => {
      const hint = url === null ? '' : `\nwatch it in the web UI: ${url}`;
      throw new Error(`run ${runId} failed: ${rootCause(error)}${hint}`, { cause: error });
    },
  );
  process.stdout.write(resultTable(result, { home: session.settings.home, url }));
}
