// Decodes damaged captures until one violates an invariant: npm run fuzz [-- --cases N --seed S]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

await setUp();
const main = join(root, 'dist', 'test', 'fuzz', 'main.js');
const { status } = spawnSync(process.execPath, ['--enable-source-maps', main, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
