#!/usr/bin/env node
// Sets the project up if needed, then runs its command line.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

await setUp();
process.setSourceMapsEnabled(true);
await import(pathToFileURL(join(root, 'dist', 'cli', 'main.js')).href);
