import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import ora from 'ora';
import type { PipelineProgress } from '../workflows/progress.js';
import type { PipelineResult } from '../workflows/video-quality-pipeline.js';

const POLL_MS = 500;

/** Shows a run's progress on standard error until it ends: a live line on a terminal, a line a step elsewhere. */
export async function followProgress(
  handle: WorkflowHandle,
  workerEnded: Promise<void>,
): Promise<PipelineResult> {
  const ended = new AbortController();
  const result: Promise<PipelineResult> = Promise.race([
    handle.result() as Promise<PipelineResult>,
    workerEnded.then(() => {
      throw new Error('the worker ended before the run did');
    }),
  ]);
  const shown = show(handle, ended.signal);
  try {
    return await result;
  } finally {
    ended.abort();
    await shown;
  }
}

async function show(handle: WorkflowHandle, signal: AbortSignal): Promise<void> {
  const spinner = ora({ stream: process.stderr, isSilent: !process.stderr.isTTY });
  let stage = '';
  let lastLine = '';
  const warned = new Set<string>();
  while (!signal.aborted) {
    const progress = await handle.query<PipelineProgress>('progress').catch(() => null);
    if (progress !== null) {
      for (const warning of progress.warnings.filter((text) => !warned.has(text))) {
        warned.add(warning);
        spinner.warn(warning);
        if (!process.stderr.isTTY) process.stderr.write(`warning: ${warning}\n`);
      }
      const line = describe(progress);
      if (progress.stage !== stage && stage !== '') spinner.succeed();
      stage = progress.stage;
      spinner.start(line);
      if (!process.stderr.isTTY && line !== lastLine) process.stderr.write(`${line}\n`);
      lastLine = line;
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  if (stage === 'done') spinner.succeed();
  else spinner.stop();
}

function describe({ stage, captures, trials }: PipelineProgress): string {
  if (stage === 'ingesting') return `ingesting: ${captures.done} of ${captures.total} captures`;
  if (stage !== 'searching') return stage;
  const failed = trials.failed > 0 ? `, ${trials.failed} failed` : '';
  const best = trials.bestMacroF1 === null ? '' : `, best macro-F1 so far ${trials.bestMacroF1.toFixed(3)}`;
  return `searching: ${trials.done} of ${trials.total} trials${failed}${best}`;
}
