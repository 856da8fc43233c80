import { createWriteStream } from 'node:fs';
import { DefaultLogger, Runtime, type LogEntry, type Logger } from '@temporalio/worker';

/** Said by the SDK of every worker that runs activities only, as the warehouse's does. */
const EXPECTED = 'No workflows registered';

/**
 * Has the worker of this process write to a logger, its native part too: by itself, that would write to standard output, between
 * the results.
 *
 * @returns ends the logging, which keeps the process alive where no worker came of it
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
  // A full disk must not end the worker, which waits for room: its run goes on then.
  file.on('error', ({ message }) =>
    process.stderr.write(`warning: ${path} is not written to any more: ${message}\n`),
  );
  return logger((entry) => file.write(`${heading(entry)}${details(entry.meta)}\n`));
}

/** Writes them to standard error, one short line each: a failed trial is an ordinary event, its stack is in the web UI. */
export function consoleLogger(): Logger {
  return logger((entry) => process.stderr.write(`${heading(entry)}${briefly(entry.meta)}\n`));
}

function logger(write: (entry: LogEntry) => void): Logger {
  return new DefaultLogger('WARN', (entry) => {
    if (!entry.message.startsWith(EXPECTED)) write(entry);
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

/** The native part gives a gRPC status as text. */
function reasonOf(error: unknown): string {
  if (error instanceof Error) return deepestMessage(error);
  return typeof error === 'string' ? (/message: "([^"]*)"/.exec(error)?.[1] ?? error) : '';
}

/** Errors that cross from a workflow's sandbox are plain ones: the reason is in the last cause that says anything. */
function deepestMessage({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? deepestMessage(cause) : message;
}
