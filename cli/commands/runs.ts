import { countText } from '../../common/count-text.js';
import { flatEntries } from '../../common/flat-entries.js';
import { percentText } from '../../common/percent-text.js';
import { settingText } from '../../common/setting-text.js';
import { matricesOf, type ConfusionMatrix } from '../../learning/evaluation/confusion.js';
import { differenceText, leadsOver, type Lead } from '../../learning/evaluation/lead-over.js';
import type { TrialSetting } from '../../schemas/search.js';
import { commonWindows, type ComparedWindows } from '../../warehouse/reading/compare-runs.js';
import { findRun, listRuns, type ListedRun, type ShownRun } from '../../warehouse/reading/list-runs.js';
import type { RunScore } from '../../warehouse/reading/run-score.js';
import { clockText } from '../clock-text.js';
import { fromWarehouse } from '../from-warehouse.js';
import { fittedTable, outputWidth, plainTable } from '../plain-table.js';
import { linesOf, printAnswer, type AnswerOptions } from '../print-answer.js';
import { wrapText } from '../wrap-text.js';

/** A comparison uses no random numbers of a run. */
const SEED = 1;
const MOST_RUNS = 30;
/** Characters of a text that still say something. */
const LEAST_TEXT = 20;
const FACT_NAME = 24;

/** `vqi runs`: all runs, the newest first. */
export async function runRunsCommand(options: AnswerOptions): Promise<void> {
  const runs = await fromWarehouse(listRuns);
  printAnswer(options, runs, () => listText(runs));
}

function listText(runs: readonly ListedRun[]): string {
  if (runs.length === 0) return 'no runs yet: vqi start makes one\n';
  const table = fittedTable(
    [
      ...[{ head: 'run' }, { head: 'began (UTC)', goes: 2 }, { head: 'state' }],
      ...[
        { head: 'source', least: 12, keepsEnd: true, goes: 3 },
        { head: 'sessions', goes: 4 },
      ],
      ...[{ head: 'accuracy' }, { head: 'best simple rule', least: 16, goes: 1 }],
    ],
    runs.slice(0, MOST_RUNS).map(rowOf),
  );
  const more = runs.length > MOST_RUNS ? `and ${runs.length - MOST_RUNS} more: vqi runs --json\n` : '';
  return `${table}${more}`;
}

/** `vqi runs show RUN`: what is known of one run. */
export async function runShowRunCommand(runId: string, options: AnswerOptions): Promise<void> {
  const run = await fromWarehouse((warehouse) => findRun(warehouse, runId));
  printAnswer(options, run, () => runText(run));
}

function runText(run: ShownRun): string {
  const facts = plainTable([]);
  facts.push(
    ['run', `${run.runId}${run.simulated ? ' (simulated sessions)' : ''}`],
    ['began (UTC)', clockText(run.beganAt)],
    ['state', wrapText(stateText(run), outputWidth() - FACT_NAME)],
    ['source', run.source ?? ''],
    ...leftOutLines(run),
    ['model', run.modelId === null ? 'none' : `${run.modelId} (${run.family ?? ''})`],
    ...scoreLines(run.score),
  );
  const trials = run.trials.length > 0 ? [trialTable(run)] : [];
  return linesOf([facts.toString(), ...run.verdict, ...trials]);
}

function leftOutLines({ runId, skippedTotal, skipped: [example] }: ShownRun): string[][] {
  if (example === undefined) return [];
  const { captureName, reason } = example;
  const more =
    skippedTotal === 1
      ? ''
      : `\nand ${skippedTotal - 1} more: vqi query "from all_skipped_captures where run_id = '${runId.replaceAll("'", "''")}'"`;
  const text = `${countText(skippedTotal, 'capture')} that cannot be read\n${captureName}: ${reason}${more}`;
  return [
    [
      'left out',
      text
        .split('\n')
        .map((line) => wrapText(line, outputWidth() - FACT_NAME))
        .join('\n'),
    ],
  ];
}

function stateText({ state, reason }: ListedRun): string {
  return reason === null ? state : `${state}: ${reason}`;
}

/** `vqi runs compare A B`: settings that differ, and the scores on the sessions that both were evaluated on. */
export async function runCompareRunsCommand(
  first: string,
  second: string,
  options: AnswerOptions,
): Promise<void> {
  const { runs, windows } = await fromWarehouse(async (warehouse) => ({
    runs: [await findRun(warehouse, first), await findRun(warehouse, second)] as const,
    windows: await commonWindows(warehouse, first, second),
  }));
  const settings = differences(runs);
  const common = compared(windows);
  printAnswer(options, { runs, settings, common }, () => comparisonText(runs, settings, common));
}

function comparisonText(
  runs: readonly [ShownRun, ShownRun],
  settings: readonly Difference[],
  common: ComparedScores | null,
): string {
  const [first, second] = [runs[0].runId, runs[1].runId];
  const shown = (value: (run: ShownRun) => string): string[] => runs.map(value);
  const table = fittedTable(
    [{ head: '' }, { head: first, least: LEAST_TEXT }, { head: second, least: LEAST_TEXT }],
    [
      ...summedUp(settings).map(({ name, values }) => [
        name,
        ...values.map((value, at) => (value === '' ? missingText(runs[at]!, name) : value)),
      ]),
      ['accuracy on its own sessions', ...shown(({ score }) => figure(score?.accuracy))],
      ['macro-F1 on its own sessions', ...shown(({ score }) => figure(score?.macroF1))],
    ],
  );
  const scores =
    common === null
      ? 'no session was evaluated by both runs: their scores cannot be compared\n'
      : `on ${countText(common.windows, 'window')} of ${countText(common.sessions, 'session')} that both were evaluated on, ${first} minus ${second}: accuracy ${differenceText(common.lead.accuracy)}, macro-F1 ${differenceText(common.lead.macroF1)}\n`;
  return `${table}${scores}`;
}

/** The difference of two runs on the windows that both were evaluated on. */
interface ComparedScores {
  readonly sessions: number;
  readonly windows: number;
  readonly lead: Lead;
}

function compared(windows: readonly ComparedWindows[]): ComparedScores | null {
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

/** A setting in which two runs differ. */
interface Difference {
  readonly name: string;
  readonly values: readonly string[];
}

function differences(runs: readonly ShownRun[]): Difference[] {
  const flat = runs.map(({ config }) => flatEntries(config));
  const names = [...new Set(flat.flatMap((entries) => [...entries.keys()]))].sort();
  return names
    .map((name) => ({ name, values: flat.map((entries) => entries.get(name) ?? '') }))
    .filter(({ values }) => new Set(values).size > 1);
}

/** What a run without this setting has: its default, or of settings that are not for its kind of run, nothing. */
function missingText({ config }: ShownRun, name: string): string {
  const [part = '', further] = name.split('.');
  const isOther = further !== undefined && !(typeof config === 'object' && config !== null && part in config);
  return isOther ? 'none' : 'default';
}

/** More differences of one part of the settings, such as search.ranges, are one row. */
const MOST_OF_PART = 3;

function summedUp(settings: readonly Difference[]): Difference[] {
  const partOf = ({ name }: Difference): string => name.split('.').slice(0, 2).join('.');
  return [...new Set(settings.map(partOf))].flatMap((part) => {
    const own = settings.filter((setting) => partOf(setting) === part);
    if (own.length <= MOST_OF_PART) return own;
    const given = (run: number): string => {
      const count = own.filter(({ values }) => values[run] !== '').length;
      return count === 0 ? 'none given' : `${count} given`;
    };
    return [{ name: `${part} (${own.length} differ: --json lists them)`, values: [given(0), given(1)] }];
  });
}

function rowOf(run: ListedRun): string[] {
  const { score } = run;
  const baseline = score?.baseline;
  return [
    ...[run.runId, clockText(run.beganAt), stateOf(run), run.source ?? ''],
    score === null ? '' : String(score.sessions),
    figure(score?.accuracy),
    baseline ? `${figure(baseline.accuracy)} (${baseline.name}${itself(baseline)})` : '',
  ];
}

/** A run that left captures out is complete for the others alone. */
function stateOf({ state, skippedTotal }: ListedRun): string {
  return skippedTotal === 0 ? state : `${state}, ${skippedTotal} left out`;
}

function itself({ isModel }: NonNullable<RunScore['baseline']>): string {
  return isModel ? ', the model itself' : '';
}

function scoreLines(score: RunScore | null): string[][] {
  if (score === null) return [];
  const { sessions, accuracy, macroF1, baseline } = score;
  return [
    ['evaluated on', `${countText(sessions, 'session')} that its model was not trained on`],
    ['accuracy', figure(accuracy)],
    ['macro-F1', figure(macroF1)],
    ...(baseline === null
      ? []
      : [['best simple rule', `${baseline.name}${itself(baseline)}, accuracy ${figure(baseline.accuracy)}`]]),
  ];
}

function trialTable({ trials }: ShownRun): string {
  const hasReasons = trials.some(({ reason }) => reason !== null);
  return fittedTable(
    [
      ...[{ head: 'trial' }, { head: 'state' }, { head: 'budget', goes: 2 }, { head: 'rank in it', goes: 1 }],
      ...[{ head: 'macro-F1' }, { head: 'accuracy', goes: 3 }, { head: 'setting', least: LEAST_TEXT }],
      ...(hasReasons ? [{ head: 'reason', least: LEAST_TEXT }] : []),
    ],
    trials.map(({ trial, state, budgetShare, rank, macroF1, accuracy, setting, reason }) => [
      ...[String(trial), state, percentText(budgetShare), rank === null ? '' : String(rank)],
      ...[figure(macroF1), figure(accuracy), settingText(setting as TrialSetting)],
      ...(hasReasons ? [reason ?? ''] : []),
    ]),
  ).trimEnd();
}

function figure(value: number | null | undefined): string {
  return value == null ? '' : value.toFixed(3);
}
