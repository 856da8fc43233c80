import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { allCommands } from './all-commands.js';
import { EXAMPLES } from './examples.js';

/** Variables that the program reads, with what they mean. */
export const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  [
    'VQI_HOME',
    'folder of warehouse, models, results and server database (default: .vqi in the current folder)',
  ],
  [
    'VQI_INPUT_ROOTS',
    'folders, or prefixes of buckets (s3://BUCKET/PREFIX), from which workflows may read, besides VQI_HOME and the paths given to commands, separated as in PATH (default: the current folder, unless it is /)',
  ],
  [
    'VQI_THREADS',
    'compute threads (default: one per core, or fewer if there is less than 1 GiB of memory for each)',
  ],
  [
    'VQI_STORE',
    'where several machines share files: s3://BUCKET/PREFIX (with AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and the like, which captures at s3:// need too), or a folder that all mount (default: none)',
  ],
  [
    'VQI_MOUNTED_INPUTS',
    'folders that all machines mount, separated as in PATH: captures in them are not sent to the store',
  ],
  ['VQI_CACHE_GB', 'most gigabytes of artifacts that a worker with --role compute keeps (default: 20)'],
  ['TEMPORAL_ADDRESS', 'host:port of a Temporal server to use instead of starting one'],
  ['TEMPORAL_NAMESPACE', 'its namespace (default: default)'],
  ['TEMPORAL_TLS', 'true: connect by TLS (default if an API key or one of the next four is set)'],
  ['TEMPORAL_TLS_SERVER_CA_CERT_PATH', 'PEM file of the authority that signed the certificate of the server'],
  ['TEMPORAL_TLS_SERVER_NAME', 'name in the certificate of the server, if it is not that of the address'],
  ['TEMPORAL_TLS_CLIENT_CERT_PATH', 'PEM file of the client certificate, for a server that wants one'],
  ['TEMPORAL_TLS_CLIENT_KEY_PATH', 'PEM file of its private key'],
  ['TEMPORAL_API_KEY', 'API key of the server; TEMPORAL_API_KEY_FILE: a file with it'],
  [
    'TEMPORAL_PROFILE',
    'profile of the configuration file of the Temporal CLI to use (TEMPORAL_CONFIG_FILE: another file)',
  ],
  [
    'VQI_ANONYMISE_KEY',
    '64 hexadecimal digits: key with which --anonymise replaces client addresses (never stored)',
  ],
  [
    'VQI_ENCRYPTION_KEYS',
    'file of keys with which runs are encrypted on the server, one ID=KEY a line (32 bytes in base64); the first encrypts, all decrypt',
  ],
  ['TEMPORAL_CODEC_AUTH', 'what vqi codec-server demands as Authorization of a request (default: nothing)'],
  [
    'VQI_METRICS',
    'address at which vqi worker serves metrics for Prometheus, such as 127.0.0.1:9464 (default: none)',
  ],
  [
    'VQI_LOG_LEVEL',
    'least level of what workers log: trace, debug, info, warn or error (default: warn on a terminal and in worker.log, else info)',
  ],
  [
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'address of an OpenTelemetry collector for traces, such as http://127.0.0.1:4318 (default: none)',
  ],
  [
    'VQI_DEPLOYMENT',
    'name of the deployment that workers belong to: a run stays on the build that began it (default: none)',
  ],
  ['VQI_BUILD_ID', 'name of the build in it (default: version and hash of the code)'],
  ['VQI_TEMPORAL_CLI', 'path of the Temporal CLI that starts a server'],
];

/** Ends the help of the program with its environment, and that of every command with an example. */
export function addHelpTexts(program: CommandUnknownOpts): void {
  program.addHelpText('after', () => {
    const helper = program.createHelp();
    helper.prepareContext({ helpWidth: program.configureOutput().getOutHelpWidth?.() ?? 80 });
    const width = Math.max(...ENVIRONMENT.map(([name]) => name.length));
    const lines = ENVIRONMENT.map(([name, meaning]) => helper.formatItem(name, width, meaning, helper));
    return `\nEnvironment:\n${lines.join('\n')}`;
  });
  for (const { path, command } of allCommands(program)) {
    const example = EXAMPLES[path];
    if (example !== undefined)
      command.addHelpText('after', `\nExample: ${example.says}\n  ${example.command}`);
  }
}
