import { Argument, Command, Option } from '@commander-js/extra-typings';
import { FLOW_FEATURE_KINDS } from '../schemas/flow-feature-kinds.js';
import { SIMULATED_SERVICES } from '../simulation/hosts.js';
import { CODECS } from '../simulation/title/codec-ladders.js';
import { EXPORT_FORMATS } from '../warehouse/export/export-formats.js';
import { ID_KINDS } from '../warehouse/reading/id-kinds.js';
import { addHelpTexts } from './help-texts.js';
import {
  anonymise,
  assume,
  flowFeatureKinds,
  join,
  json,
  list,
  model,
  replace,
  runId,
  secondsRange,
  services,
  shareUpTo,
  strict,
  wholeNumberFrom,
  withSource,
} from './options.js';
import { programVersion } from './program-version.js';
import { SHELLS } from './shells.js';
import { SIMULATION_DEFAULTS } from './simulation-defaults.js';

/** Loads the modules of a command when it runs: Temporal's modules alone take ten times as long as the help. */
function later<Args extends readonly unknown[]>(
  load: () => Promise<(...args: Args) => Promise<void>>,
): (...args: Args) => Promise<void> {
  return async (...args) => (await load())(...args);
}

/** The commands with their arguments and options; what a command does is loaded when it runs. */
export const program = new Command('vqi')
  .description(
    'Video quality inference from encrypted traffic: the resolution that a viewer saw, for every ten seconds.',
  )
  .version(programVersion())
  .showHelpAfterError('(--help lists commands and options)')
  .hook('preAction', (_, command) => {
    const { replace, runId }: { replace?: true; runId?: string } = command.opts();
    if (replace === true && runId === undefined)
      command.error("error: option '--replace' replaces a run by its id: name it with '--run-id <id>'");
  });

withSource(
  program.command('start').description('run the whole pipeline; without a source, on simulated sessions'),
)
  .addOption(runId())
  .addOption(replace())
  .addOption(
    new Option(
      '--keep',
      'keep server and worker running after the run, until Ctrl-C (default on a terminal)',
    ).conflicts('exit'),
  )
  .option('--exit', 'stop after the run (default without a terminal)')
  .addOption(json())
  .action(later(async () => (await import('./commands/start.js')).runStartCommand));

withSource(
  program
    .command('cross-evaluate')
    .description(
      'nested cross-validation: evaluate the whole training on unseen sessions, each part held out of a separate run',
    ),
)
  .option('--parts <count>', 'number of parts, each held out once (default 5)', wholeNumberFrom(2, 100))
  .addOption(runId())
  .addOption(replace())
  .addOption(json())
  .action(later(async () => (await import('./commands/cross-evaluate.js')).runCrossEvaluateCommand));

program
  .command('retry-trial')
  .description('run one trial of a search again; if it is the best, its model replaces the model of the run')
  .argument('<run>', 'id of the run or search')
  .argument('<trial>', 'number of the trial', wholeNumberFrom(1, 1_000_000))
  .addOption(json())
  .action(later(async () => (await import('./commands/retry-trial.js')).runRetryTrialCommand));

const models = program
  .command('models')
  .description('list, show, promote and export the models of earlier runs');

models
  .command('list', { isDefault: true })
  .description('list all models: kind, source, score next to the best simple rule, which one is current')
  .addOption(json())
  .action(later(async () => (await import('./commands/models.js')).runModelsCommand));

models
  .command('show')
  .description('show one model: setting, features, data, standing, evaluation')
  .argument('[model]', 'id of the model (default: the current one)')
  .addOption(json())
  .action(later(async () => (await import('./commands/models.js')).runShowModelCommand));

models
  .command('promote')
  .description('make a model the current one: the one that is used if none is named')
  .argument('<model>', 'id of the model in the table models')
  .addOption(json())
  .action(later(async () => (await import('./commands/promote-model.js')).runPromoteModelCommand));

models
  .command('export')
  .description('write a model of trees as ONNX, for other programs')
  .argument('[model]', 'id of the model (default: the current one)')
  .option('--out <file>', 'file to write', 'model.onnx')
  .addOption(json())
  .action(later(async () => (await import('./commands/export-model.js')).runExportModelCommand));

program
  .command('analyse')
  .description(
    'find video services, sessions, segments and features in captures without labels; statistics per window',
  )
  .argument(
    '<capture>',
    'pcap or pcapng, plain or compressed (gzip, xz, zstd), or a folder of them; s3://BUCKET/KEY too',
  )
  .addOption(
    new Option(
      '--align <what>',
      'start windows at the session start, or at multiples of their length since 1970',
    ).choices(['session', 'epoch'] as const),
  )
  .addOption(
    new Option('--lengths <which>', 'count bytes on the wire, or bytes kept by the capture').choices([
      'wire',
      'captured',
    ] as const),
  )
  .addOption(join())
  .addOption(strict())
  .addOption(anonymise())
  .addOption(
    new Option(
      '--find <how>',
      'find services by all names and addresses, by DNS answers only, or count all flows to port 443',
    )
      .choices(['named', 'dns', 'assume', 'auto'] as const)
      .conflicts('assume'),
  )
  .addOption(services())
  .addOption(assume())
  .addOption(runId())
  .addOption(replace())
  .addOption(json())
  .action(later(async () => (await import('./commands/analyse.js')).runAnalyseCommand));

program
  .command('infer')
  .description('predict the resolution of each window of captures, with a model of an earlier run')
  .argument(
    '<capture>',
    'pcap or pcapng, plain or compressed (gzip, xz, zstd), or a folder of them; s3://BUCKET/KEY too',
  )
  .addOption(model())
  .addOption(services())
  .addOption(assume())
  .addOption(join())
  .addOption(strict())
  .addOption(anonymise())
  .addOption(runId())
  .addOption(replace())
  .addOption(json())
  .action(later(async () => (await import('./commands/infer.js')).runInferCommand));

program
  .command('evaluate')
  .description('evaluate a model on labelled captures that it was not trained on')
  .argument(
    '<folder>',
    'captures with a sessions.csv (session_id,capture,resolution or player_log); s3://BUCKET/PREFIX too',
  )
  .addOption(model())
  .option(
    '--sessions-file <name>',
    'file in the folder that lists captures and labels (default: sessions.csv)',
  )
  .addOption(services())
  .addOption(assume())
  .addOption(strict())
  .addOption(anonymise())
  .addOption(runId())
  .addOption(replace())
  .addOption(json())
  .action(later(async () => (await import('./commands/evaluate.js')).runEvaluateCommand));

program
  .command('export')
  .description('write tables of a run to files: all tables, or only those named')
  .argument('[table...]', 'tables, such as feat_windows, dataset_clean, resolution_timeline, packets')
  .option(
    '--run <id>',
    'id of the run (default: the only one; tables of all runs, such as all_sessions, need none)',
  )
  .addOption(
    new Option('--format <format>', 'file format; Arrow is the IPC file format')
      .choices(EXPORT_FORMATS)
      .default('parquet' as const),
  )
  .option(
    '--out <path>',
    'folder, or for one table a file that ends in the format; created if missing (default: exports in VQI_HOME)',
  )
  .addOption(json())
  .action(later(async () => (await import('./commands/export.js')).runExportCommand));

const runs = program.command('runs').description('list, show and compare the runs of the warehouse');

runs
  .command('list', { isDefault: true })
  .description('list all runs: when, source, state, score next to the best simple rule')
  .addOption(json())
  .action(later(async () => (await import('./commands/runs.js')).runRunsCommand));

runs
  .command('show')
  .description('show one run: settings of its trials, score, verdict')
  .argument('<run>', 'id of the run')
  .addOption(json())
  .action(later(async () => (await import('./commands/runs.js')).runShowRunCommand));

runs
  .command('compare')
  .description('compare two runs: settings, and scores on the sessions that both were evaluated on')
  .argument('<run>', 'id of a run')
  .argument('<other>', 'id of another run')
  .addOption(json())
  .action(later(async () => (await import('./commands/runs.js')).runCompareRunsCommand));

program
  .command('query')
  .description('print the rows of an SQL query of the warehouse, which is opened read-only')
  .argument('<sql>', 'such as "select * from main.all_sessions"')
  .option('--run <id>', 'look for tables in this run first')
  .addOption(json())
  .addOption(new Option('--csv', 'print all rows as CSV, with the names of the columns').conflicts('json'))
  .action(later(async () => (await import('./commands/query.js')).runQueryCommand));

program
  .command('flow-features')
  .description('compute the flow representations of the netml library, as a table, Parquet and CSV matrices')
  .argument(
    '<capture>',
    'pcap or pcapng, plain or compressed (gzip, xz, zstd), or a folder of them; s3://BUCKET/KEY too',
  )
  .option('--kind <list>', 'any of IAT, SIZE, IAT_SIZE, STATS, SAMP_NUM, SAMP_SIZE', flowFeatureKinds, [
    ...FLOW_FEATURE_KINDS,
  ])
  .option('--out <folder>', 'folder of the files (default: the folder of the run)')
  .option('--min-packets <count>', 'drop shorter flows (default 2)', wholeNumberFrom(2, 1_000_000))
  .addOption(join())
  .addOption(strict())
  .addOption(anonymise())
  .addOption(runId())
  .addOption(replace())
  .addOption(json())
  .action(later(async () => (await import('./commands/flow-features.js')).runFlowFeaturesCommand));

program
  .command('doctor')
  .description('check what runs need: Node, Temporal, DuckDB, disk, ports, folders; and say what to do')
  .addOption(json())
  .action(later(async () => (await import('./commands/doctor.js')).runDoctorCommand));

program
  .command('worker')
  .description("serve the task queues, for runs started with Temporal's tools")
  .addOption(
    new Option('--role <role>', 'what this worker does, where several machines share a store (VQI_STORE)')
      .choices(['all', 'warehouse', 'compute'] as const)
      .default('all' as const),
  )
  .action(later(async () => (await import('./commands/worker.js')).runWorkerCommand));

program
  .command('server')
  .description('run the Temporal server and its web UI')
  .action(later(async () => (await import('./commands/server.js')).runServerCommand));

program
  .command('codec-server')
  .description('decrypt what runs keep on the server, for the web UI and for temporal --codec-endpoint')
  .option('--port <port>', 'port on 127.0.0.1', wholeNumberFrom(1, 65_535), 8234)
  .option(
    '--origin <url...>',
    'addresses of web UIs whose pages may ask (default: those of the server that vqi starts)',
  )
  .action(later(async () => (await import('./commands/codec-server.js')).runCodecServerCommand));

program
  .command('simulate')
  .description('write simulated sessions: captures, sessions.csv, true segments and player logs')
  .requiredOption('--out <folder>', 'folder to write to; created if missing')
  .option(
    '--sessions <count>',
    'number of sessions, spread over the resolutions',
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
    new Option('--service <name>', 'youtube asks for byte ranges, netflix for fixed segments')
      .choices(SIMULATED_SERVICES)
      .default(SIMULATION_DEFAULTS.service),
  )
  .addOption(
    new Option('--codec <name>', 'video codec of the sessions')
      .choices([...CODECS, 'mixed'] as const)
      .default(SIMULATION_DEFAULTS.codec),
  )
  .addOption(
    new Option('--transport <which>', 'transport of the sessions')
      .choices(['tcp', 'quic', 'mixed'] as const)
      .default(SIMULATION_DEFAULTS.transport),
  )
  .option(
    '--loss <share>',
    'share of packets lost, half of them before the vantage point; 0: no loss, and no full queue',
    shareUpTo(0.2),
    SIMULATION_DEFAULTS.loss,
  )
  .option(
    '--reorder <share>',
    'share of packets that arrive out of order',
    shareUpTo(0.2),
    SIMULATION_DEFAULTS.reordering,
  )
  .option(
    '--constant',
    'every player stays at one resolution, which is its label; by default two of three adapt to a changing bandwidth, and have player logs instead',
    false,
  )
  .option('--no-other-traffic', 'nothing but the player, its page and its look-ups')
  .option(
    '--snap-length <bytes>',
    'bytes kept of encrypted packets (DNS and handshakes are kept whole)',
    wholeNumberFrom(96, 65_535),
    SIMULATION_DEFAULTS.snapLength,
  )
  .addOption(json())
  .action(later(async () => (await import('./commands/simulate.js')).runSimulateCommand));

program
  .command('splice')
  .description('join pieces of captures of constant resolution into captures that switch resolution')
  .requiredOption('--data <folder>', 'captures of one resolution each, with a sessions.csv')
  .requiredOption('--out <folder>', 'folder to write to; created if missing')
  .option('--sessions <count>', 'number of spliced sessions', wholeNumberFrom(1, 10_000), 20)
  .option('--only <ids>', 'ids of the sessions to use: a,b,c (default: all)', list)
  .option('--seed <number>', 'seed', wholeNumberFrom(0, 0x7fff_ffff), 1)
  .addOption(
    new Option('--piece-seconds <range>', 'shortest and longest piece')
      .argParser(secondsRange)
      .default([60, 180] as [number, number], '60..180'),
  )
  .addOption(json())
  .action(later(async () => (await import('./commands/splice.js')).runSpliceCommand));

program
  .command('mix-background')
  .description(
    'mix web pages, telemetry, polling, pictures and an update of the same client into labelled captures, to try whether answers change',
  )
  .requiredOption('--data <folder>', 'captures with a sessions.csv')
  .requiredOption('--out <folder>', 'folder to write to; created if missing')
  .option(
    '--flows <count>',
    'flows added to each capture, all to port 443, by TCP and QUIC',
    wholeNumberFrom(1, 10_000),
    50,
  )
  .option('--only <ids>', 'ids of the sessions to use: a,b,c (default: all)', list)
  .option('--seed <number>', 'seed', wholeNumberFrom(0, 0x7fff_ffff), 1)
  .addOption(json())
  .action(later(async () => (await import('./commands/mix-background.js')).runMixBackgroundCommand));

program
  .command('completion')
  .description('print a script that completes commands and options in a shell')
  .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
  .action(async (shell) => {
    (await import('./commands/completion.js')).runCompletionCommand(shell, program);
  });

program
  .command('known-ids', { hidden: true })
  .description('print ids of the warehouse, for the completion of shells')
  .addArgument(new Argument('<kind>', 'what the ids name').choices(ID_KINDS))
  .argument('[begin]', 'how they begin')
  .action(later(async () => (await import('./commands/known-ids.js')).runKnownIdsCommand));

addHelpTexts(program);
