// Known weaknesses of the packages that the program needs to run, as `npm audit` reports them: high and critical ones fail.
// Without an answer of the registry, nothing is checked, and a line says so.
import { spawnSync } from 'node:child_process';
import { root } from './setup.mjs';

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: root, encoding: 'utf8' });
let report = {};
try {
  report = JSON.parse(stdout);
} catch {
  // No answer at all.
}
if (report.vulnerabilities === undefined) {
  process.stdout.write(
    `known weaknesses of packages were NOT checked: the registry gave no answer to npm audit (${report.message ?? report.error?.summary ?? 'no report'})\n`,
  );
} else {
  const found = Object.values(report.vulnerabilities);
  for (const { name, severity, range } of found) process.stdout.write(`${severity}: ${name} ${range}\n`);
  process.stdout.write(`npm audit: ${found.length} packages with known weaknesses\n`);
  if (found.some(({ severity }) => severity === 'high' || severity === 'critical')) process.exitCode = 1;
}
