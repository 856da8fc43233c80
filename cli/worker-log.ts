import { createWriteStream } from 'node:fs';
import { DefaultLogger, Runtime, type LogEntry, type Logger, type LogLevel } from '@temporalio/worker';
import { pino, stdSerializers, stdTimeFunctions, type DestinationStream } from 'pino';
import { METRIC_BUCKETS } from '../worker/measure-interceptor.js';
import { runOfWorkflow, trialOfWorkflow } from '../workflows/ids.js';
import type { Settings } from './settings.js';

/** Start of a warning that the SDK logs for every worker without workflows, such as that of the warehouse. */
const EXPECTED_WARNING = 'No workflows registered';

/** Levels of VQI_LOG_LEVEL. */
export type LevelName = NonNullable<Settings['logLevel']>;

/**
 * Sends the log of this process's worker to a logger, including its native part, which by default writes to standard output,
 * between the results.
 *
 * @param metrics address at which Prometheus reads the metrics; undefined: nowhere
 * @returns a function that ends the logging; if no worker was created, the process stays alive until then
 * @throws Error if the address cannot be used
 */
export function logTo(target: Logger, { logLevel, metrics }: Partial<Settings> = {}): () => Promise<void> {
  const core = logLevel === 'debug' || logLevel === 'trace' ? levelOf(logLevel) : 'WARN';
  try {
    const runtime = Runtime.install({
      logger: target,
      telemetryOptions: {
        logging: { filter: { core, other: 'ERROR' }, forward: {} },
        ...(metrics === undefined
          ? {}
          : {
              metrics: {
                prometheus: {
                  ...{ bindAddress: metrics, countersTotalSuffix: true },
                  histogramBucketOverrides: METRIC_BUCKETS,
                },
              },
            }),
      },
    });
    return () => runtime.shutdown();
  } catch (error) {
    if (metrics === undefined) throw error;
    throw new Error(
      `VQI_METRICS: no metrics can be served at ${metrics} (${error instanceof Error ? error.message : String(error)}): choose another address, or unset it`,
      { cause: error },
    );
  }
}

/** Writes the log to a file, by default warnings and errors: one JSON object a line with every detail, stacks included. */
export function fileLogger(path: string, level: LevelName = 'warn'): Logger {
  const file = createWriteStream(path, { flags: 'a' });
  // A full disk must not end the worker, which waits for space and then continues its run.
  file.on('error', ({ message }) =>
    process.stderr.write(`warning: the log ${path} is no longer written: ${message}\n`),
  );
  return jsonLogger(file, level);
}

/** Writes to standard error: short lines to a terminal, where failed trials are ordinary, and all as JSON to a program. */
export function consoleLogger(level?: LevelName): Logger {
  if (process.stderr.isTTY) return textLogger(level ?? 'warn');
  return jsonLogger(process.stderr, level ?? 'info');
}

function jsonLogger(stream: DestinationStream, level: LevelName): Logger {
  const target = pino(
    {
      level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: {
        error: (error: unknown) => (error instanceof Error ? stdSerializers.err(error) : error),
      },
    },
    stream,
  );
  return loggerOf((to, message, meta) => target[to]({ ...idsIn(meta), ...meta }, message));
}

function textLogger(level: LevelName): Logger {
  const target = new DefaultLogger(levelOf(level), (entry) => {
    process.stderr.write(`${heading(entry)}${briefly(entry.meta)}\n`);
  });
  return loggerOf((to, message, meta) => target.log(levelOf(to), message, meta));
}

function loggerOf(write: (level: LevelName, message: string, meta: LogEntry['meta']) => void): Logger {
  const at =
    (level: LevelName): Logger['info'] =>
    (message, meta) => {
      if (!message.startsWith(EXPECTED_WARNING)) write(level, message, meta);
    };
  return {
    log(level, message, meta) {
      at(level.toLowerCase() as LevelName)(message, meta);
    },
    ...{ trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
  };
}

function levelOf(level: LevelName): LogLevel {
  return level.toUpperCase() as LogLevel;
}

/** The run, the step and the trial that an entry is about. */
function idsIn(meta: LogEntry['meta']): Record<string, unknown> {
  const { workflowId, activityType } = meta ?? {};
  const trial = typeof workflowId === 'string' ? trialOfWorkflow(workflowId) : null;
  return {
    ...(typeof workflowId === 'string' ? { run: runOfWorkflow(workflowId) } : {}),
    ...(typeof activityType === 'string' ? { step: activityType } : {}),
    ...(trial === null ? {} : { trial }),
  };
}

function heading({ level, message, timestampNanos }: LogEntry): string {
  return `${new Date(Number(timestampNanos / 1_000_000n)).toISOString()} ${level} ${message}`;
}

function briefly(meta: LogEntry['meta']): string {
  const where = [meta?.['workflowId'], meta?.['activityType']].filter((part) => typeof part === 'string');
  const why = reasonOf(meta?.['error']);
  return [where.length > 0 ? ` in ${where.join(', ')}` : '', why === '' ? '' : `: ${why}`].join('');
}

/** The native part reports a gRPC status as text. */
function reasonOf(error: unknown): string {
  if (error instanceof Error) return deepestMessage(error);
  return typeof error === 'string' ? (/message: "([^"]*)"/.exec(error)?.[1] ?? error) : '';
}

/** Errors from a workflow's sandbox arrive as plain errors: the reason is in the deepest cause that has a message. */
function deepestMessage({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? deepestMessage(cause) : message;
}
