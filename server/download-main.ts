import { TestWorkflowEnvironment } from '@temporalio/testing';

/**
 * Entry of the process that lets the Temporal SDK download its CLI into the folder given as argument. A process of
 * its own, because the SDK's download cannot be cancelled and its runtime can be set up only once per process.
 * The SDK would start a server from what it downloaded: `--help` makes that end at once, and createLocal fail.
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
