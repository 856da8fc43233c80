import { InvalidArgumentError, Option, type Command } from '@commander-js/extra-typings';
import { buildIdOf, buildOf } from '../common/build-id.js';
import { GROUP_KINDS, type GroupKind } from '../schemas/dataset-adapters.js';
import { FLOW_FEATURE_KINDS } from '../schemas/flow-feature-kinds.js';

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('must be a whole number.');
  return Number(text);
}

export function wholeNumberFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = wholeNumber(text);
    if (number < least || number > most) throw new InvalidArgumentError(`must be from ${least} to ${most}.`);
    return number;
  };
}

export function shareUpTo(most: number): (text: string) => number {
  return (text) => {
    const number = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
    if (!(number >= 0 && number <= most))
      throw new InvalidArgumentError(`must be a share from 0 to ${most}.`);
    return number;
  };
}

export function secondsRange(text: string): [number, number] {
  const [least, most] = (/^(\d+)(?:\.\.|-)(\d+)$/.exec(text)?.slice(1) ?? []).map(Number);
  if (least === undefined || most === undefined || least < 1 || most < least || most > 3600)
    throw new InvalidArgumentError('must be two lengths of 1 to 3600 seconds, such as 60..180.');
  return [least, most];
}

export function list(text: string): string[] {
  return text.split(',');
}

export function flowFeatureKinds(text: string): string[] {
  const wanted = list(text).map((kind) => kind.trim().toUpperCase());
  const unknown = wanted.find((kind) => !(FLOW_FEATURE_KINDS as readonly string[]).includes(kind));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`unknown kind ${unknown}; choose from ${FLOW_FEATURE_KINDS.join(', ')}.`);
  return wanted;
}

/** The values of an option that may be given several times. */
function repeated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Columns of groups, one for each option given: `site=NAME`. */
export function groupColumn(
  text: string,
  before: Partial<Record<GroupKind, string>> = {},
): Partial<Record<GroupKind, string>> {
  const [, wanted, column] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
  const kind = GROUP_KINDS.find((known) => known === wanted);
  if (kind === undefined || column === undefined)
    throw new InvalidArgumentError(`must be KIND=NAME, such as site=NAME; kinds: ${GROUP_KINDS.join(', ')}.`);
  if (before[kind] !== undefined)
    throw new InvalidArgumentError(`${kind} has two columns, ${before[kind]} and ${column}.`);
  return { ...before, [kind]: column };
}

/** Checks a run id, which becomes a workflow id and part of file names. */
function checkedRunId(text: string): string {
  if (text.trim() === '' || text.length > 150)
    throw new InvalidArgumentError('must have 1 to 150 characters.');
  if (buildOf(text) !== null) throw new InvalidArgumentError(`must not contain "${buildIdOf('')}".`);
  return text;
}

export const json = () => new Option('--json', 'print the answer as one JSON document on standard output');

export const runId = () =>
  new Option('--run-id <id>', 'name of the run (default: from the current time)').argParser(checkedRunId);

export const replace = () =>
  new Option('--replace', 'replace the finished run with this id as soon as the new one is finished');

export const anonymise = () =>
  new Option(
    '--anonymise',
    'replace client addresses with prefix-preserving ones, by the key in VQI_ANONYMISE_KEY',
  );

export const services = () =>
  new Option('--services <file>', 'JSON rules that extend the shipped names and addresses of services');

export const assume = () => new Option('--assume <service>', 'count all flows to port 443 as this service');

export const strict = () =>
  new Option('--strict', 'fail if a capture cannot be read, instead of leaving it out');

export const join = () =>
  new Option(
    '--join <files>',
    'files of a folder that are one capture: numbered ones, as ring buffers write them; all of them, in the order of time; or none (default: numbered)',
  ).choices(['numbered', 'all', 'none'] as const);

export const model = () =>
  new Option('--model <id>', 'id of the model in the table models (default: the current one)');

const datasetColumn = <Role extends string>(role: Role, what: string) =>
  new Option(`--${role}-column <name>`, `for a dataset: column with the ${what}`).conflicts('data');

/** Adds the options of the commands that train: the source of the data, and the settings of the run. */
export function withSource(command: Command) {
  return command
    .addOption(
      new Option(
        '--data <folder>',
        'captures with a sessions.csv (session_id,capture,resolution or player_log); s3://BUCKET/PREFIX too',
      ).conflicts(['dataset', 'config']),
    )
    .addOption(
      new Option(
        '--dataset <file>',
        'a labelled dataset: pickled DataFrame, CSV, Parquet, Arrow, JSON lines; s3://BUCKET/KEY too',
      ).conflicts('config'),
    )
    .addOption(new Option('--config <file>', 'a run configuration in JSON, as in examples/'))
    .addOption(datasetColumn('label', 'resolution of a window (default: resolution)'))
    .addOption(datasetColumn('session', 'session of a row (default: session_id)'))
    .addOption(datasetColumn('time', 'time that orders the rows of a session (default: order of the file)'))
    .addOption(
      new Option(
        '--group-column <kind=name>',
        `for a dataset: column with the group of a session, for --split-by and the folds; kinds: ${GROUP_KINDS.join(', ')} (repeatable)`,
      )
        .conflicts('data')
        .argParser(groupColumn),
    )
    .addOption(
      new Option(
        '--exclude-column <name>',
        'for a dataset: column that is kept from the inputs, such as one made from the label (repeatable)',
      )
        .conflicts('data')
        .argParser(repeated),
    )
    .option(
      '--max-null-share <share>',
      'most missing values that a column may have and still be an input (default: 0 for a dataset, 0.5 for captures)',
      shareUpTo(1),
    )
    .option('--ladder <heights>', 'resolutions to predict, e.g. 240,360,480,720,1080', (text) =>
      list(text).map(wholeNumber),
    )
    .option('--trials <count>', 'number of hyperparameter settings to try', wholeNumber)
    .addOption(
      new Option('--split-by <what>', 'group whose sessions stay together in every split').choices([
        'session',
        'video',
        'site',
        'home',
        'date',
      ] as const),
    )
    .addOption(
      new Option(
        '--for-captures',
        'learn only from columns of the dataset that captures provide too',
      ).conflicts(['data', 'config']),
    )
    .addOption(
      new Option(
        '--history <kind>',
        'for captures: learn from features of the whole session, or of the last two minutes only, which ignore what played before a switch (default: session)',
      ).choices(['session', 'recent'] as const),
    )
    .option(
      '--strict',
      'fail instead of warning if one column alone nearly gives the label away, or a capture cannot be read',
    )
    .option('--seed <number>', 'seed of splits, search and models', wholeNumber)
    .addOption(services())
    .addOption(assume())
    .option('--timeline <session...>', 'sessions to draw (default: one held-out session)')
    .addOption(anonymise());
}
