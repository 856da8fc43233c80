// `npm run histories`: runs every workflow on a real server and saves its history for the replay test.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

await setUp();
await import(pathToFileURL(join(root, 'dist', 'test', 'replay', 'make-histories.js')).href);
