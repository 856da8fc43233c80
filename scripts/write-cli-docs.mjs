// `npm run docs:cli`: writes docs/cli.md from the definitions of the commands.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

await setUp();
const load = (name) => import(pathToFileURL(join(root, 'dist', 'cli', name)).href);
const [{ commandDocs }, { program }] = await Promise.all([load('command-docs.js'), load('program.js')]);
writeFileSync(join(root, 'docs', 'cli.md'), commandDocs(program));
