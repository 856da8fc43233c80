import { flatEntries } from '../../common/flat-entries.js';
import { settingText } from '../../common/setting-text.js';
import { matricesOf, type ConfusionMatrix } from '../../learning/evaluation/confusion.js';
import { differenceText, leadsOver } from '../../learning/evaluation/lead-over.js';
import type { TrialSetting } from '../../schemas/search.js';
import { commonWindows, type ComparedWindows } from '../../warehouse/reading/compare-runs.js';
import {
  findRun,
  listRuns,
  type ListedRun,
  type RunScore,
  type ShownRun,
} from '../../warehouse/reading/list-runs.js';
import { fromWarehouse } from '../from-warehouse.js';
import { plainTable } from '../plain-table.js';

export interface RunsOptions {
  readonly json?: boolean | undefined;
}

/** A comparison uses no random numbers of a run. */
const SEED = 1;
const MOST_RUNS = 30;

/** `vqi runs`: all runs, the newest first. */
export async function runRunsCommand({ json }: RunsOptions): Promise<void> {
  const runs = await fromWarehouse(listRuns);
  if (json === true) {
    printJson(runs);
    return;
  }
  const table = plainTable([
    'run',
    'began (UTC)',
    'state',
    'source',
    'sessions',
    'accuracy',
    'best simple rule',
  ]);
  for (const run of runs.slice(0, MOST_RUNS)) table.push(rowOf(run));
  const more = runs.length > MOST_RUNS ? `and ${runs.length - MOST_RUNS} more: vqi runs --json\n` : '';
  process.stdout.write(
    runs.length === 0 ? 'no runs yet: vqi start makes one\n' : `${table.toString()}\n${more}`,
  );
}

/** `vqi runs show RUN`: what is known of one run. */
export async function runShowRunCommand(runId: string, { json }: RunsOptions): Promise<void> {
  const run = await fromWarehouse((warehouse) => findRun(warehouse, runId));
  if (json === true) {
    printJson(run);
    return;
  }
  const facts = plainTable([]);
  facts.push(
    ['run', `${run.runId}${run.simulated ? ' (simulated sessions)' : ''}`],
    ['began (UTC)', clock(run)],
    ['state', run.reason === null ? run.state : `${run.state}: ${run.reason}`],
    ['source', run.source ?? ''],
    ['model', run.modelId === null ? 'none' : `${run.modelId} (${run.family ?? ''})`],
    ...scoreLines(run.score),
  );
  process.stdout.write(`${facts.toString()}\n`);
  for (const sentence of run.verdict) process.stdout.write(`${sentence}\n`);
  if (run.trials.length > 0) process.stdout.write(`${trialTable(run)}\n`);
}

/** `vqi runs compare A B`: settings that differ, and the scores on the sessions that both were evaluated on. */
export async function runCompareRunsCommand(
  first: string,
  second: string,
  { json }: RunsOptions,
): Promise<void> {
  const { runs, windows } = await fromWarehouse(async (warehouse) => ({
    runs: [await findRun(warehouse, first), await findRun(warehouse, second)] as const,
    windows: await commonWindows(warehouse, first, second),
  }));
  const settings = differences(runs);
  const common = compared(windows);
  if (json === true) {
    printJson({ runs, settings, common });
    return;
  }
  const table = plainTable(['', first, second]);
  table.push(...settings.map(({ name, values }) => [name, ...values]));
  const shown = (value: (run: ShownRun) => string): string[] => runs.map(value);
  table.push(['accuracy on its own sessions', ...shown(({ score }) => figure(score?.accuracy))]);
  table.push(['macro-F1 on its own sessions', ...shown(({ score }) => figure(score?.macroF1))]);
  process.stdout.write(`${table.toString()}\n`);
  process.stdout.write(
    common === null
      ? 'no session was evaluated by both runs: their scores cannot be compared\n'
      : `on ${common.windows} windows of ${common.sessions} sessions that both were evaluated on, ${first} minus ${second}: accuracy ${differenceText(common.lead.accuracy)}, macro-F1 ${differenceText(common.lead.macroF1)}\n`,
  );
}

function compared(windows: readonly ComparedWindows[]) {
  const sessions = [...new Set(windows.map(({ session }) => session))];
  if (sessions.length === 0) return null;
  const classes = [
    ...new Set(windows.flatMap(({ truePx, firstPx, secondPx }) => [truePx, firstPx, secondPx])),
  ].sort((a, b) => a - b);
  const matrices = (predictedPx: (row: ComparedWindows) => number): ConfusionMatrix[] =>
    matricesOf(
      windows.map((row) => ({
        ...{ session: row.session, windows: row.windows },
        truth: classes.indexOf(row.truePx),
        predicted: classes.indexOf(predictedPx(row)),
      })),
      classes.length,
    );
  const [lead] = leadsOver(
    matrices(({ firstPx }) => firstPx),
    [matrices(({ secondPx }) => secondPx)],
    SEED,
  );
  return {
    sessions: sessions.length,
    windows: windows.reduce((sum, row) => sum + row.windows, 0),
    lead: lead!,
  };
}

function differences(runs: readonly ShownRun[]): { name: string; values: string[] }[] {
  const flat = runs.map(({ config }) => flatEntries(config));
  const names = [...new Set(flat.flatMap((entries) => [...entries.keys()]))].sort();
  return names
    .map((name) => ({ name, values: flat.map((entries) => entries.get(name) ?? '') }))
    .filter(({ values }) => new Set(values).size > 1);
}

function rowOf(run: ListedRun): string[] {
  const { score } = run;
  const baseline = score?.baseline;
  return [
    ...[run.runId, clock(run), run.state, run.source ?? ''],
    score === null ? '' : String(score.sessions),
    figure(score?.accuracy),
    baseline ? `${figure(baseline.accuracy)} (${baseline.name})` : '',
  ];
}

function scoreLines(score: RunScore | null): string[][] {
  if (score === null) return [];
  const { sessions, accuracy, macroF1, baseline } = score;
  return [
    ['evaluated on', `${sessions} sessions that its model was not trained on`],
    ['accuracy', figure(accuracy)],
    ['macro-F1', figure(macroF1)],
    ...(baseline === null
      ? []
      : [['best simple rule', `${baseline.name}, accuracy ${figure(baseline.accuracy)}`]]),
  ];
}

function trialTable({ trials }: ShownRun): string {
  const table = plainTable(['trial', 'state', 'budget', 'rank in budget', 'macro-F1', 'accuracy', 'setting']);
  for (const { trial, state, budgetShare, rank, macroF1, accuracy, setting, reason } of trials)
    table.push([
      ...[String(trial), state, `${Math.round(100 * budgetShare)} %`, rank === null ? '' : String(rank)],
      ...[figure(macroF1), figure(accuracy), reason ?? settingText(setting as TrialSetting)],
    ]);
  return table.toString();
}

function clock({ beganAt }: ListedRun): string {
  return beganAt.slice(0, 16).replace('T', ' ');
}

function figure(value: number | null | undefined): string {
  return value == null ? '' : value.toFixed(3);
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
