// Adds to package-lock.json the optional packages of other platforms that the registry in use does not have, so that
// `npm ci` accepts the lock file everywhere. Run it after `npm install`. First, npm asks again for all entries without
// integrity; those that are added after that have none, so npm does not check it.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = { armv7: 'arm', 'arm-gnueabihf': 'arm', 'arm-musleabihf': 'arm', 'arm-eabi': 'arm' };
const path = join(root, 'package-lock.json');
const read = () => JSON.parse(readFileSync(path, 'utf8'));
const write = (lock) => writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);

const unchecked = read();
for (const [key, entry] of Object.entries(unchecked.packages))
  if (key !== '' && entry.integrity === undefined) delete unchecked.packages[key];
write(unchecked);
const asked = spawnSync('npm', ['install', '--package-lock-only', '--ignore-scripts'], {
  cwd: root,
  stdio: 'inherit',
});
if (asked.status !== 0) process.exit(asked.status ?? 1);

const lock = read();
let added = 0;
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    const system = SYSTEMS.find((candidate) => name.includes(`-${candidate}-`));
    if (lock.packages[key] !== undefined || system === undefined) continue;
    const rest = name.slice(name.indexOf(`-${system}-`) + system.length + 2);
    const cpu = Object.entries(PROCESSORS).find(([text]) => rest.startsWith(text))?.[1] ?? rest.split('-')[0];
    lock.packages[key] = {
      version,
      cpu: [cpu],
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      os: [system],
    };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
write(lock);
process.stdout.write(`${added} packages of other platforms added without integrity\n`);
