import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { findOnPath } from '../server/find-on-path.js';
import { measure, type Usage } from './measure.js';
import { peerSource } from './peer-source.js';
import { median, table } from './results.js';

/** Targets of reading a pickle: CPU relative to `pandas.read_pickle`, memory relative to the size of the data. */
const MAX_CPU_RATIO = 5;
const MAX_MEMORY_RATIO = 3;
const MIB = 2 ** 20;

const options = new Command('bench:dataset')
  .description(
    'compares reading a pickled frame of 52,279 x 251 with pandas.read_pickle, each as a separate process',
  )
  .option('--rounds <n>', 'how often to run each program, in turn; the table shows medians', Number, 3)
  .option('--python <program>', 'a Python with pandas (default: python3, else a virtual environment)')
  .parse(process.argv.slice(3), { from: 'user' })
  .opts<{ rounds: number; python?: string }>();

const folder = await mkdtemp(join(tmpdir(), 'vqi-bench-'));
try {
  const python = options.python ?? pythonWithPandas(folder);
  const pickle = join(folder, 'frame.pkl');
  const script = peerSource('dataset_frame.py');
  const { output: frame } = await measure([python, script, 'write', pickle]);
  const own = (name: string, ...args: string[]): string[] => [
    process.execPath,
    fileURLToPath(new URL(`./${name}.js`, import.meta.url)),
    ...args,
  ];
  const programs = [
    { name: `pandas ${String(frame['pandas'])}, read_pickle`, command: [python, script, 'read', pickle] },
    { name: 'vqi, every cell read', command: own('vqi-dataset-read', pickle) },
    { name: 'vqi, into Parquet', command: own('vqi-dataset-load', pickle, join(folder, 'frame.parquet')) },
  ];
  const runs = programs.map((): Usage[] => []);
  for (let round = 0; round < options.rounds; round++) {
    for (const [at, { command }] of programs.entries()) runs[at]?.push(await measure(command));
  }
  const dataBytes = Number(runs[0]?.[0]?.output['dataBytes']);
  const sums = [runs[0], runs[1]].map((of) => Number(of?.[0]?.output['total']));
  if (Math.abs((sums[0] ?? NaN) / (sums[1] ?? NaN) - 1) > 1e-9)
    throw new Error(`sums differ: ${sums.join(', ')}`);
  console.log(
    `frame: ${Number(frame['rows']).toLocaleString('en')} x ${String(frame['columns'])}, ${((await stat(pickle)).size / MIB).toFixed(0)} MiB on disk, ${(dataBytes / MIB).toFixed(0)} MiB in pandas`,
  );
  const cpu = runs.map((of) => median(of.map((run) => run.cpuSeconds)));
  const peak = runs.map((of) => median(of.map((run) => run.peakBytes ?? NaN)));
  console.log(
    table(
      ['program', 'wall s', 'CPU s', 'peak MiB', 'CPU / pandas', 'peak / data'],
      programs.map(({ name }, at) => [
        name,
        median((runs[at] ?? []).map((run) => run.wallSeconds)).toFixed(2),
        (cpu[at] ?? NaN).toFixed(2),
        ((peak[at] ?? NaN) / MIB).toFixed(0),
        ((cpu[at] ?? NaN) / (cpu[0] ?? NaN)).toFixed(2),
        ((peak[at] ?? NaN) / dataBytes).toFixed(2),
      ]),
    ),
  );
  console.log(
    `targets of reading: CPU at most ${MAX_CPU_RATIO} x pandas, peak at most ${MAX_MEMORY_RATIO} x the data`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** python3 if it has pandas, else the Python of a new virtual environment with pandas from pip. */
function pythonWithPandas(folderPath: string): string {
  const python = findOnPath('python3', process.env['PATH'] ?? '');
  if (python === null) throw new Error('no python3 on the PATH: name a Python with pandas by --python');
  try {
    execFileSync(python, ['-c', 'import pandas'], { stdio: 'ignore' });
    return python;
  } catch {
    const environment = join(folderPath, 'python');
    execFileSync(python, ['-m', 'venv', environment], { stdio: 'inherit' });
    const created = join(environment, 'bin', 'python');
    if (!existsSync(created)) throw new Error(`${environment} has no Python`);
    execFileSync(created, ['-m', 'pip', 'install', '--quiet', 'pandas'], { stdio: 'inherit' });
    return created;
  }
}
