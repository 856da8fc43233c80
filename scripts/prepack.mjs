// `npm pack` and `npm publish` run this first: the package contains compiled code and the bundle of the workflows.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

await setUp();
const { workflowBundle } = await import(
  pathToFileURL(join(root, 'dist', 'worker', 'workflow-bundle.js')).href
);
await workflowBundle();
