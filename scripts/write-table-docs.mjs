// `npm run docs:tables`: writes docs/tables.md from the files in sql/.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

await setUp();
const module = join(root, 'dist', 'warehouse', 'docs', 'table-docs.js');
const { tableDocs } = await import(pathToFileURL(module).href);
writeFileSync(join(root, 'docs', 'tables.md'), await tableDocs());
