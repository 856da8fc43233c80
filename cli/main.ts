import { FAILED_EXIT_CODE, signalExitCode } from './exit-codes.js';
import { InterruptedError } from './interrupted-error.js';
import { program } from './program.js';
import { say } from './say.js';

// Captures and results show what people watched: files and folders are made for their owner only.
process.umask(0o077);
// The client of S3 says on Node 20 that its later versions need Node 22; this program chooses its version.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
// A closed terminal must not end the command before it has stopped its worker and its server.
process.stderr.on('error', () => undefined);
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads the answer, such as head, has enough of it.
  if (error.code === 'EPIPE') return;
  say(`the answer could not be written: ${error.message}`);
  process.exitCode = FAILED_EXIT_CODE;
});

/** How long an ended command may take to exit. */
const EXIT_MS = 5000;

try {
  await program.parseAsync();
} catch (error) {
  say(error instanceof Error ? error.message : String(error), 'error');
  process.exitCode = error instanceof InterruptedError ? signalExitCode(error.signal) : FAILED_EXIT_CODE;
}

// All is closed: if a library holds on to something, the command must exit nevertheless.
setTimeout(() => {
  say(`exiting although still open: ${process.getActiveResourcesInfo().join(', ')}`);
  process.exit();
}, EXIT_MS).unref();
