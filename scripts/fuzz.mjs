// Reads damaged captures or datasets until one violates an invariant: npm run fuzz or fuzz:datasets [-- --cases N --seed S]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

await setUp();
const [what, ...options] = process.argv.slice(2);
const main = join(root, 'dist', 'test', 'fuzz', what === 'datasets' ? 'datasets' : '', 'main.js');
const { status } = spawnSync(process.execPath, ['--enable-source-maps', main, ...options], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
