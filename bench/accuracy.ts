import { readArguments } from './accuracy/arguments.js';
import { BenchRuns } from './accuracy/bench-runs.js';
import { oneFolder } from './accuracy/data-folders.js';
import { fingerprint } from './accuracy/fingerprint.js';
import { Judges } from './accuracy/judges.js';
import { StoppedError } from './accuracy/run-vqi.js';
import { scoreTable, shortfalls, type JudgedRow } from './accuracy/score-table.js';

try {
  await judgeAll(process.argv.slice(3));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof StoppedError ? 130 : 1;
}

async function judgeAll(argv: readonly string[]): Promise<void> {
  const args = readArguments(argv);
  const runs = new BenchRuns(args.home, fingerprint(args), args.data.length > 1 ? args.data : []);
  const judges = new Judges(runs, oneFolder(args.data, runs.made('data')), args);
  const rows: JudgedRow[] = [];
  const failures: string[] = [];
  for (const [at, judge] of args.only.entries()) {
    process.stderr.write(`${at + 1} of ${args.only.length}: ${judge}\n`);
    try {
      rows.push(...(await judges.rows(judge)));
    } catch (error) {
      if (error instanceof StoppedError || !(error instanceof Error)) throw error;
      rows.push({ name: judge, scores: null, reason: 'failed' });
      failures.push(`failed: ${judge}: ${error.message}`);
      process.exitCode = 1;
    }
  }
  const below = shortfalls(rows);
  const commands = [...new Set(runs.commands)];
  const parts = [
    [`trained on ${args.data.join(', ')}`],
    [scoreTable(rows)],
    below.length === 0 && rows.some(({ scores }) => scores !== null)
      ? ['no judged row is below its best baseline']
      : below,
    ...(failures.length === 0 ? [] : [failures]),
    ['commands:', ...commands.map((command) => `    ${command}`)],
  ];
  process.stdout.write(`${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`);
}
