import { createWriteStream } from 'node:fs';
import { DefaultLogger, Runtime, type LogEntry, type Logger } from '@temporalio/worker';

/** Start of a warning that the SDK logs for every worker without workflows, such as that of the warehouse. */
const EXPECTED_WARNING = 'No workflows registered';

/**
 * Sends the log of this process's worker to a logger, including its native part, which by default writes to standard output,
 * between the results.
 *
 * @returns a function that ends the logging; if no worker was created, the process stays alive until then
 */
export function logTo(target: Logger): () => Promise<void> {
  const runtime = Runtime.install({
    logger: target,
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
  });
  return () => runtime.shutdown();
}

/** Writes warnings and errors of the worker to a file, one line each with every detail, stacks included. */
export function fileLogger(path: string): Logger {
  const file = createWriteStream(path, { flags: 'a' });
  // A full disk must not end the worker, which waits for space and then continues its run.
  file.on('error', ({ message }) =>
    process.stderr.write(`warning: the log ${path} is no longer written: ${message}\n`),
  );
  return logger((entry) => file.write(`${heading(entry)}${details(entry.meta)}\n`));
}

/** Writes warnings and errors to standard error, one short line each: failed trials are ordinary, and the web UI has their stacks. */
export function consoleLogger(): Logger {
  return logger((entry) => process.stderr.write(`${heading(entry)}${briefly(entry.meta)}\n`));
}

function logger(write: (entry: LogEntry) => void): Logger {
  return new DefaultLogger('WARN', (entry) => {
    if (!entry.message.startsWith(EXPECTED_WARNING)) write(entry);
  });
}

function heading({ level, message, timestampNanos }: LogEntry): string {
  return `${new Date(Number(timestampNanos / 1_000_000n)).toISOString()} ${level} ${message}`;
}

function details(meta: LogEntry['meta']): string {
  if (meta === undefined) return '';
  const errorText =
    meta['error'] instanceof Error
      ? { error: meta['error'].stack, cause: deepestMessage(meta['error']) }
      : {};
  return ` ${JSON.stringify({ ...meta, ...errorText }, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`;
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
