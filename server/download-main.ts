import { TestWorkflowEnvironment } from '@temporalio/testing';

/**
 * Entry point of the process in which the Temporal SDK downloads its CLI into the folder given as argument. It is a
 * separate process, because the SDK's download cannot be cancelled and its runtime can be set up only once per process.
 * After the download, the SDK starts a server: with `--help` the server ends at once, and createLocal fails.
 */
const [downloadDir = '.'] = process.argv.slice(2);
try {
  await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir }, extraArgs: ['--help'] },
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
process.exit(1);
