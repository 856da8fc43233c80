import { constants } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { FLOW_FEATURE_KINDS } from '../schemas/flow-feature-kinds.js';
import { EXPORT_FORMATS } from '../warehouse/export/export-formats.js';
import { InterruptedError } from './interrupted-error.js';
import { SIMULATION_DEFAULTS } from './simulation-defaults.js';

/** A command whose modules are loaded when it runs: Temporal's alone take ten times as long as help. */
function later<Args extends readonly unknown[]>(
  load: () => Promise<(...args: Args) => Promise<void>>,
): (...args: Args) => Promise<void> {
  return async (...args) => (await load())(...args);
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('must be a whole number.');
  return Number(text);
}

function wholeNumberFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = wholeNumber(text);
    if (number < least || number > most) throw new InvalidArgumentError(`must be from ${least} to ${most}.`);
    return number;
  };
}

function share(text: string): number {
  const number = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
  if (!(number >= 0 && number <= 0.2)) throw new InvalidArgumentError('must be a share from 0 to 0.2.');
  return number;
}

function secondsRange(text: string): [number, number] {
  const [least, most] = (/^(\d+)(?:\.\.|-)(\d+)$/.exec(text)?.slice(1) ?? []).map(Number);
  if (least === undefined || most === undefined || least < 1 || most < least || most > 3600)
    throw new InvalidArgumentError('must be two lengths of 1 to 3600 seconds, such as 60..180.');
  return [least, most];
}

function runName(text: string): string {
  // A workflow's id, and part of names of files.
  if (text.trim() === '' || text.length > 150)
    throw new InvalidArgumentError('must have 1 to 150 characters.');
  return text;
}

function heights(text: string): number[] {
  return text.split(',').map(wholeNumber);
}

function kinds(text: string): string[] {
  const wanted = text.split(',').map((kind) => kind.trim().toUpperCase());
  const unknown = wanted.find((kind) => !(FLOW_FEATURE_KINDS as readonly string[]).includes(kind));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`there is no kind ${unknown}; there are ${FLOW_FEATURE_KINDS.join(', ')}`);
  return wanted;
}

/** Adds the options that say what to learn from, and how. */
function withSource(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--data <folder>',
        'captures with a sessions.csv (session_id,capture,resolution or player_log)',
      ).conflicts(['dataset', 'config']),
    )
    .addOption(
      new Option(
        '--dataset <file>',
        'a labelled dataset: pickled DataFrame, CSV, Parquet, Arrow, JSON lines',
      ).conflicts('config'),
    )
    .addOption(new Option('--config <file>', 'a run configuration in JSON, as in examples/'))
    .option('--ladder <heights>', 'resolutions that count, e.g. 240,360,480,720,1080', heights)
    .option('--trials <count>', 'hyperparameter settings to try', wholeNumber)
    .addOption(
      new Option('--split-by <what>', 'what no split parts, besides sessions').choices([
        'session',
        'video',
        'site',
        'home',
        'date',
      ]),
    )
    .addOption(
      new Option('--for-captures', 'of a dataset, learn only from columns that captures give too').conflicts([
        'data',
        'config',
      ]),
    )
    .addOption(
      new Option(
        '--history <kind>',
        'of captures, learn from features of the whole session, or of the last two minutes alone, which forget what played before a switch (default session)',
      ).choices(['session', 'recent']),
    )
    .option('--strict', 'a column that tells the label almost alone is an error, not a warning')
    .option('--seed <number>', 'seed of splits, search and models', wholeNumber)
    .option(
      '--services <file>',
      'rules in JSON that extend the shipped ones for names and addresses of services',
    )
    .option('--assume <service>', 'take all flows to port 443 for this service')
    .option('--timeline <session...>', 'sessions to draw (default: one held-out session)')
    .option(
      '--anonymise',
      'replace client addresses by prefix-preserving ones, with the key VQI_ANONYMISE_KEY',
    );
}

const environment = `
Environment:
  VQI_HOME           folder of warehouse, models, results and server database (default .vqi here)
  VQI_THREADS        compute threads (default one a core)
  TEMPORAL_ADDRESS   host:port of a Temporal server to use instead of starting one
  VQI_ANONYMISE_KEY  64 hexadecimal digits: key by which --anonymise replaces client addresses (never stored)
  VQI_TEMPORAL_CLI   path of the Temporal CLI that starts one`;

const program = new Command('vqi')
  .description(
    'Video quality inference from encrypted traffic: which resolution a viewer saw, ten seconds by ten seconds.',
  )
  .addHelpText('after', environment)
  .showHelpAfterError('(--help lists commands and options)');

withSource(
  program.command('start').description('run the whole pipeline; without a source, on simulated sessions'),
)
  .option('--run-id <id>', 'name of the run (default: from the time)', runName)
  .option(
    '--keep',
    'leave server and worker running when the run has ended, until Ctrl-C (default on a terminal)',
  )
  .option('--exit', 'stop when the run has ended (default elsewhere)')
  .action(later(async () => (await import('./commands/start.js')).runStartCommand));

withSource(
  program
    .command('cross-evaluate')
    .description(
      'how well the whole way to learn does on sessions that it has not seen: every part held out from a run of its own',
    ),
)
  .option('--parts <count>', 'parts that are held out in turn (default 5)', wholeNumberFrom(2, 100))
  .option('--run-id <id>', 'name of the run (default: from the time)', runName)
  .action(later(async () => (await import('./commands/cross-evaluate.js')).runCrossEvaluateCommand));

program
  .command('retry-trial')
  .description("try one trial of a search again, alone; where it is the best, its model becomes the run's")
  .argument('<run>', 'id of the workflow that searches or searched')
  .argument('<trial>', 'number of the trial', wholeNumberFrom(1, 1_000_000))
  .action(later(async () => (await import('./commands/retry-trial.js')).runRetryTrialCommand));

program
  .command('export-model')
  .description('write a saved model of trees as ONNX, for other programs')
  .argument('<model>', 'model.json of a run')
  .option('--out <file>', 'file to write', 'model.onnx')
  .action(later(async () => (await import('./commands/export-model.js')).runExportModelCommand));

program
  .command('analyse')
  .description(
    'find the video services of captures without labels; statistics per window, sessions, segments, features',
  )
  .argument('<capture>', 'pcap or pcapng, gzip or plain, or a folder of them')
  .addOption(
    new Option(
      '--align <what>',
      'windows from the session start, or multiples of their length since 1970',
    ).choices(['session', 'epoch']),
  )
  .addOption(
    new Option('--lengths <which>', 'bytes on the wire, or those that the capture kept').choices([
      'wire',
      'captured',
    ]),
  )
  .option('--anonymise', 'replace client addresses by prefix-preserving ones, with the key VQI_ANONYMISE_KEY')
  .addOption(
    new Option('--find <how>', 'by all names and addresses, by DNS answers alone, or all flows to port 443')
      .choices(['named', 'dns', 'assume', 'auto'])
      .conflicts('assume'),
  )
  .option(
    '--services <file>',
    'rules in JSON that extend the shipped ones for names and addresses of services',
  )
  .option('--assume <service>', 'take all flows to port 443 for this service')
  .option('--run-id <id>', 'name of the run (default: from the time)', runName)
  .action(later(async () => (await import('./commands/analyse.js')).runAnalyseCommand));

program
  .command('infer')
  .description('what the viewers of captures saw, window by window, by a model of an earlier run')
  .argument('<capture>', 'pcap or pcapng, gzip or plain, or a folder of them')
  .option('--model <id>', 'model, as the table models names it (default: the current one)')
  .option(
    '--services <file>',
    'rules in JSON that extend the shipped ones for names and addresses of services',
  )
  .option('--assume <service>', 'take all flows to port 443 for this service')
  .option('--anonymise', 'replace client addresses by prefix-preserving ones, with the key VQI_ANONYMISE_KEY')
  .option('--run-id <id>', 'name of the run (default: from the time)', runName)
  .action(later(async () => (await import('./commands/infer.js')).runInferCommand));

program
  .command('evaluate')
  .description('how right a model is on labelled captures that it was not trained on')
  .argument('<folder>', 'captures with a sessions.csv (session_id,capture,resolution or player_log)')
  .option('--model <id>', 'model, as the table models names it (default: the current one)')
  .option(
    '--sessions-file <name>',
    'file in the folder that names captures and labels (default: sessions.csv)',
  )
  .option(
    '--services <file>',
    'rules in JSON that extend the shipped ones for names and addresses of services',
  )
  .option('--assume <service>', 'take all flows to port 443 for this service')
  .option('--anonymise', 'replace client addresses by prefix-preserving ones, with the key VQI_ANONYMISE_KEY')
  .option('--run-id <id>', 'name of the run (default: from the time)', runName)
  .action(later(async () => (await import('./commands/evaluate.js')).runEvaluateCommand));

program
  .command('export')
  .description('write tables of a run to files: all of its own, or those that are named')
  .argument('[table...]', 'tables, such as feat_windows, dataset_clean, resolution_timeline, packets')
  .option('--run <id>', 'run (default: the only one)')
  .addOption(
    new Option('--format <format>', 'file format; Arrow is the IPC file format')
      .choices(EXPORT_FORMATS)
      .default('parquet'),
  )
  .option(
    '--out <path>',
    'folder, or a file that ends in the format for one table; made where it is missing (default: exports in VQI_HOME)',
  )
  .action(later(async () => (await import('./commands/export.js')).runExportCommand));

program
  .command('flow-features')
  .description("the netml library's representations of each flow, as a table, Parquet and CSV matrices")
  .argument('<capture>', 'pcap or pcapng, gzip or plain, or a folder of them')
  .option('--kind <list>', 'some of IAT, SIZE, IAT_SIZE, STATS, SAMP_NUM, SAMP_SIZE', kinds, [
    ...FLOW_FEATURE_KINDS,
  ])
  .option('--out <folder>', 'where the files go (default: the folder of the run)')
  .option('--min-packets <count>', 'shorter flows are dropped (default 2)', wholeNumberFrom(2, 1_000_000))
  .option('--anonymise', 'replace client addresses by prefix-preserving ones, with the key VQI_ANONYMISE_KEY')
  .option('--run-id <id>', 'name of the run (default: from the time)', runName)
  .action(later(async () => (await import('./commands/flow-features.js')).runFlowFeaturesCommand));

program
  .command('worker')
  .description("serve the task queues, for runs started with Temporal's own tools")
  .action(later(async () => (await import('./commands/worker.js')).runWorkerCommand));

program
  .command('server')
  .description('run the Temporal server and its web UI')
  .action(later(async () => (await import('./commands/server.js')).runServerCommand));

program
  .command('simulate')
  .description('write simulated sessions: captures, sessions.csv, the true segments and player logs')
  .requiredOption('--out <folder>', 'folder to write to; made where it is missing')
  .option(
    '--sessions <count>',
    'sessions, spread over the resolutions',
    wholeNumberFrom(1, 10_000),
    SIMULATION_DEFAULTS.sessions,
  )
  .option(
    '--duration <seconds>',
    'length of each capture',
    wholeNumberFrom(10, 3_600),
    SIMULATION_DEFAULTS.durationSeconds,
  )
  .option('--seed <number>', 'seed', wholeNumberFrom(0, 0x7fff_ffff), SIMULATION_DEFAULTS.seed)
  .addOption(
    new Option('--transport <which>', 'what carries the sessions')
      .choices(['tcp', 'quic', 'mixed'])
      .default(SIMULATION_DEFAULTS.transport),
  )
  .option(
    '--loss <share>',
    'packets lost, half of them before the vantage point; 0: none, and no full queue',
    share,
    SIMULATION_DEFAULTS.loss,
  )
  .option('--reorder <share>', 'packets that others overtake', share, SIMULATION_DEFAULTS.reordering)
  .option(
    '--adaptive',
    'players that adapt on changing bandwidth, instead of fixed to one resolution each; without labels',
    false,
  )
  .option(
    '--snap-length <bytes>',
    'bytes kept of encrypted packets (look-ups and hellos are kept whole)',
    wholeNumberFrom(96, 65_535),
    SIMULATION_DEFAULTS.snapLength,
  )
  .action(later(async () => (await import('./commands/simulate.js')).runSimulateCommand));

program
  .command('splice')
  .description('make captures that switch resolution out of labelled captures that do not')
  .requiredOption('--data <folder>', 'captures with a sessions.csv that gives each one resolution')
  .requiredOption('--out <folder>', 'folder to write to; made where it is missing')
  .option('--sessions <count>', 'spliced sessions', wholeNumberFrom(1, 10_000), 20)
  .option('--only <ids>', 'sessions that may be used, by id: a,b,c (default: all)', (text) => text.split(','))
  .option('--seed <number>', 'seed', wholeNumberFrom(0, 0x7fff_ffff), 1)
  .addOption(
    new Option('--piece-seconds <range>', 'shortest and longest piece')
      .argParser(secondsRange)
      .default([60, 180], '60..180'),
  )
  .action(later(async () => (await import('./commands/splice.js')).runSpliceCommand));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof InterruptedError ? 128 + constants.signals[error.signal] : 1;
}
