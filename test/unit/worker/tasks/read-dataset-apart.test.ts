import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { readParquet } from '../../../../warehouse/core/read-file.js';
import type { SqlRow } from '../../../../warehouse/core/warehouse.js';
import { ComputePool } from '../../../../worker/threads/compute-pool.js';
import { withTestRun } from '../../../sql/test-run.js';

/** The processes of this one that read a dataset. */
function readers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = /^\d+ \(.*\) [^Z] (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
        return (
          Number(parent) === process.pid &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('read-dataset-process')
        );
      } catch {
        return false;
      }
    });
}

describe('a dataset that is nested deeply', () => {
  let folder = '';
  let pool: ComputePool;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-nested-'));
    pool = new ComputePool(1);
  });
  after(async () => {
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const read = async (
    name: string,
    content: string | Uint8Array,
    signal = new AbortController().signal,
  ): Promise<SqlRow[]> => {
    const path = join(folder, name);
    const outputPath = join(folder, `${name}.parquet`);
    writeFileSync(path, content);
    await pool.run('readDataset', { path, outputPath }, { onProgress: () => undefined, signal });
    return await withTestRun((warehouse) =>
      warehouse.rows(`select typeof(x) as type, x::varchar as text from ${readParquet(outputPath)}`),
    );
  };
  const row = (x: string): string => `{"session_id": "a", "resolution": 480, "x": ${x}}\n`;

  it('is read, with lists of lists of numbers, and text for what is deeper', async () => {
    assert.deepEqual(await read('two.jsonl', row('[[1.5], [2, 3]]')), [
      { type: 'DOUBLE[][]', text: '[[1.5], [2.0, 3.0]]' },
    ]);
    for (const depth of [3, 250]) {
      const [first] = await read(`deep${depth}.jsonl`, row('['.repeat(depth) + ']'.repeat(depth)));
      assert.match(String(first?.['type']), /JSON/);
      const [object] = await read(
        `object${depth}.jsonl`,
        row(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
      );
      assert.ok(String(object?.['text']).includes('a'));
    }
  });

  it('beyond any use is refused before DuckDB reads it, also if brackets in texts hide it', async () => {
    for (const [at, x] of [
      '['.repeat(20_000) + ']'.repeat(20_000),
      `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
      `${'{"]]}\\"}":['.repeat(300)}1${']}'.repeat(300)}`,
    ].entries())
      await assert.rejects(read(`beyond${at}.jsonl`, row('1') + row(x)), {
        name: 'DatasetError',
        message: /beyond\d\.jsonl: the JSON of line 2 is nested more than 256 deep/,
      });
    assert.equal(
      (await read('brackets.jsonl', row(JSON.stringify('['.repeat(300)))))[0]?.['type'],
      'VARCHAR',
    );
  });

  it('of Parquet loses the columns that are nested deeper', async () => {
    const path = join(folder, 'deep.parquet');
    const deep = `${'['.repeat(20)}1${']'.repeat(20)}`;
    await withTestRun((warehouse) =>
      warehouse.run(
        `copy (select 'a' as session_id, 480 as resolution, [[1.5::double]] as x, {a: {b: {c: 1}}} as y, ${deep} as z, 1.5::decimal(18, 3) as "d (1)[2]") to '${path}' (format parquet)`,
      ),
    );
    const outputPath = join(folder, 'out.parquet');
    const { notes } = await pool.run(
      'readDataset',
      { path, outputPath },
      { onProgress: () => undefined, signal: new AbortController().signal },
    );
    assert.deepEqual(notes, [
      'column y is left out: it is nested 3 deep',
      'column z is left out: it is nested 20 deep',
    ]);
    const columns = await withTestRun((warehouse) =>
      warehouse.rows(`select column_name from (describe from ${readParquet(outputPath)})`),
    );
    assert.deepEqual(
      columns.map((each) => each['column_name']),
      ['session_id', 'resolution', 'x', 'd (1)[2]'],
    );
  });

  it('or as wide as a table may be is read: 4096 columns of text', async () => {
    const names = ['x', ...Array.from({ length: 4095 }, (_, at) => `c${at}`)];
    const row = names.map((name) => `text of ${name}`).join(',');
    assert.deepEqual(await read('widest.csv', `${names.join(',')}\n${row}\n`), [
      { type: 'VARCHAR', text: 'text of x' },
    ]);
  });

  it('or wide is refused by the number of its columns', async () => {
    const names = Array.from({ length: 5000 }, (_, at) => `c${at}`);
    await assert.rejects(read('wide.csv', `${names.join(',')}\n${names.map(() => 1).join(',')}\n`), {
      name: 'DatasetError',
      message: /wide\.csv: the table has 5000 columns; at most 4096 are read/,
    });
  });

  it(
    'or a reader that gives no sign of life is given up, with the name of the file, and leaves no file',
    { skip: process.platform === 'linux' ? false : 'needs /proc' },
    async () => {
      // A pipe that nobody writes to keeps the reader at work; stopped, it is as silent as one in an endless loop.
      const path = join(folder, 'endless.csv');
      execFileSync('mkfifo', [path]);
      const input = { path, outputPath: join(folder, 'endless.csv.parquet') };
      const { signal } = new AbortController();
      const reading = assert.rejects(
        pool.run('readDataset', input, { onProgress: () => undefined, signal }),
        {
          name: 'DatasetError',
          message: /endless\.csv: reading the file came to no end/,
        },
      );
      await setTimeout(3000);
      const [reader, ...others] = readers();
      assert.ok(reader !== undefined && others.length === 0);
      process.kill(reader, 'SIGSTOP');
      await reading;
      assert.deepEqual(readers(), []);
      const left = readdirSync(folder).filter((name) => name.startsWith('endless'));
      assert.deepEqual(left, ['endless.csv']);
    },
  );

  it('keeps the kind of its error, and whether a retry can help', async () => {
    await assert.rejects(read('cut.jsonl', '{"a": 1}\n{"a": \n'), {
      name: 'DatasetError',
      retry: 'never',
      message: /cut\.jsonl: cannot be read as json lines: .*line 2/i,
    });
  });
});
