// `npm run docs:features`: writes docs/features.md from schemas/features.ts.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

await setUp();
const module = join(root, 'dist', 'report', 'feature-docs.js');
const { featureDocs } = await import(pathToFileURL(module).href);
writeFileSync(join(root, 'docs', 'features.md'), featureDocs());
