// `npm run bench:ingest`: sets the project up where needed, then measures it beside other tools.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

setUp();
await import(pathToFileURL(join(root, 'dist', 'bench', `${process.argv[2]}.js`)).href);
