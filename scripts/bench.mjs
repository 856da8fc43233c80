// `npm run bench:…`: sets the project up if needed, then runs one benchmark.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

await setUp();
await import(pathToFileURL(join(root, 'dist', 'bench', `${process.argv[2]}.js`)).href);
