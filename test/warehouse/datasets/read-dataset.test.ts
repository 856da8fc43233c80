import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { Dictionary, Int32, makeData, Table, tableToIPC, Utf8, Vector, vectorFromArray } from 'apache-arrow';
import { DatasetError } from '../../../common/dataset-error.js';
import { projectRoot } from '../../../common/project-root.js';
import type { SessionRows } from '../../../learning/search/assign-groups.js';
import { assignSessions } from '../../../learning/search/assign-sessions.js';
import { runConfigSchema } from '../../../schemas/run-config.js';
import type { SqlRow } from '../../../warehouse/core/warehouse.js';
import { readArrowDataset } from '../../../warehouse/datasets/arrow-dataset.js';
import { loadDatasetFile } from '../../../warehouse/datasets/dataset-file.js';
import { buildTrainingTables } from '../../../warehouse/features/build-training-tables.js';
import { readDatasetTask } from '../../../worker/tasks/read-dataset.js';
import { withTestRun } from '../../sql/test-run.js';

const fixtures = join(projectRoot(), 'test', 'fixtures', 'datasets');

/** Reads a file into Parquet. @returns its rows, and the reader's result */
async function read(path: string): Promise<{ rows: SqlRow[]; format: string; compression: string | null }> {
  return await inFolder(async (folder) => {
    const outputPath = join(folder, 'out.parquet');
    const { format, compression } = await readDatasetTask({ path, outputPath }, () => undefined);
    assert.deepEqual(readdirSync(folder), ['out.parquet'], 'nothing but the output is left');
    const rows = await withTestRun((warehouse) =>
      warehouse.rows('from read_parquet($path)', { path: outputPath }),
    );
    return { rows, format, compression };
  });
}

/** Columns of a file, read alone, as a command checks them before anything is started. */
async function head(path: string): Promise<{ columns: readonly string[]; rows: number }> {
  return await inFolder(async (folder) => {
    const outputPath = join(folder, 'head.parquet');
    return await readDatasetTask({ path, outputPath, headOnly: true }, () => undefined);
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-dataset-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('datasets of every format', () => {
  const expected = (JSON.parse(readFileSync(join(fixtures, 'windows.json'), 'utf8')) as SqlRow[]).map(
    (row) => ({
      ...row,
      // 64-bit numbers are text in JSON.
      resolution: String(row['resolution']),
      bytes: typeof row['bytes'] === 'number' ? String(row['bytes']) : null,
    }),
  );

  const files: readonly (readonly [string, string, string | null])[] = [
    ['windows.parquet', 'parquet', null],
    ['windows.arrow', 'arrow file', null],
    ['windows.arrows', 'arrow stream', null],
    ['dictionary.arrows', 'arrow stream', null],
    ['views.arrow', 'arrow file', null],
    ['dictionary.feather', 'arrow file', null],
    ['lz4.feather', 'arrow file', null],
    ['zstd.feather', 'arrow file', null],
    ['nanoseconds.feather', 'arrow file', null],
    ['windows.jsonl', 'json lines', null],
    ['windows.pkl', 'pickle', null],
    ['windows.csv', 'csv', null],
    ['windows.csv.gz', 'csv', 'gzip'],
    ['windows.csv.bz2', 'csv', 'bzip2'],
    ['windows.csv.xz', 'csv', 'xz'],
    ['windows.csv.zst', 'csv', 'zstd'],
  ];
  for (const [name, wantedFormat, wantedCompression] of files) {
    it(`reads ${name} as pyarrow does`, async () => {
      const { rows, format, compression } = await read(join(fixtures, name));
      assert.equal(format, wantedFormat);
      assert.equal(compression, wantedCompression);
      assert.deepEqual(rows, expected);
      const { columns, rows: headRows } = await head(join(fixtures, name));
      assert.deepEqual([columns, headRows], [Object.keys(expected[0] ?? {}), 0]);
    });
  }

  it('reads lists of numbers of each Arrow type', async () => {
    const { rows } = await read(join(fixtures, 'lists.arrows'));
    const lists = [[0, 0], null, [2, 0.5], [3, 0.75]];
    assert.deepEqual(
      rows,
      lists.map((list) => ({ small: list, large: list, fixed: list })),
    );
  });

  it('reads views, unions, and dictionaries that grow or are replaced, as pyarrow wrote them', async () => {
    const { rows } = await read(join(fixtures, 'kinds.arrows'));
    assert.deepEqual(rows, [
      { text: 'a text of more than twelve bytes', union: '7' },
      { text: 'ok', union: '"x"' },
      { text: null, union: '8' },
    ]);
    const deltas = await read(join(fixtures, 'deltas.arrows'));
    const second = (at: number): string => `2018-02-11 14:10:0${at}.123456`;
    assert.deepEqual(deltas.rows, [
      ...['a', 'b'].map((x, row) => ({ x, at: second(row) })),
      ...['a', 'b', 'c'].map((x, row) => ({ x, at: second(row) })),
      { x: 'd', at: second(0) },
    ]);
  });

  it('recognises the format by content, whatever the name says', async () => {
    await inFolder(async (folder) => {
      for (const [name, format] of [
        ['windows.parquet', 'parquet'],
        ['windows.arrow', 'arrow file'],
        ['windows.pkl', 'pickle'],
        ['windows.csv.xz', 'csv'],
        ['windows.jsonl', 'json lines'],
      ] as const) {
        const path = join(folder, 'data');
        writeFileSync(path, readFileSync(join(fixtures, name)));
        assert.equal((await read(path)).format, format);
      }
    });
  });
});

describe('a pickle and its CSV twin', () => {
  it('give the same dataset_raw and the same cleaned tables', async () => {
    const tables = async (name: string): Promise<SqlRow[][]> =>
      await inFolder(async (folder) => {
        const path = join(fixtures, name);
        const outputPath = join(folder, 'out.parquet');
        await readDatasetTask({ path, outputPath }, () => undefined);
        const config = runConfigSchema.parse({
          source: { kind: 'dataset', path, timeColumn: 'relative_timestamp' },
          cleaning: { maxNullShare: 0.5 },
          search: { folds: 3 },
        });
        const { source } = config;
        if (source.kind !== 'dataset') throw new TypeError('the source is a dataset');
        return await withTestRun(async (warehouse) => {
          await loadDatasetFile(warehouse, outputPath, source, 'session');
          const assign = (rows: readonly SessionRows[]) =>
            assignSessions(rows, [], { ...config.split, holdoutShare: 0.25, folds: 3, seed: 1 });
          await buildTrainingTables(warehouse, 'test', config, [240, 480, 1080], assign, () => undefined);
          return [
            await warehouse.rows('from dataset_raw order by session_id, window_index'),
            await warehouse.rows('from dataset_clean order by session_id, window_index'),
            await warehouse.rows('from cleaning_log order by all'),
            await warehouse.rows(
              "select column_name, data_type from duckdb_columns() where table_name = 'dataset_raw'",
            ),
          ];
        });
      });
    const pickled = await tables('windows.pkl');
    assert.equal(pickled[0]?.length, 30);
    assert.deepEqual(pickled, await tables('windows.csv'));
  });
});

describe('files that cannot be read', () => {
  const fails = async (
    name: string,
    content: Uint8Array | string,
    errorName: string,
    message: RegExp,
  ): Promise<void> =>
    await inFolder(async (folder) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      await assert.rejects(
        async () => await readDatasetTask({ path, outputPath: join(folder, 'out.parquet') }, () => undefined),
        (error: unknown) => {
          assert.ok(error instanceof Error);
          assert.equal(error.name, errorName);
          assert.ok(error.message.startsWith(`${path}: `), error.message);
          assert.match(error.message, message);
          return true;
        },
      );
      const left = readdirSync(folder).filter((file) => file !== name && file !== 'out.parquet');
      assert.deepEqual(left, []);
    });
  const fixture = (name: string): Buffer => readFileSync(join(fixtures, name));

  it('names the file, the place and the reason', async () => {
    await fails(
      'hostile.pkl',
      "cos\nsystem\n(S'true'\ntR.",
      'PickleError',
      /asks for os\.system.* at byte 0$/,
    );
    await fails('cut.pkl', fixture('windows.pkl').subarray(0, 500), 'PickleError', /ends early|are left/);
    await fails('wide.csv', 'a,b\n1,2\n3,4,5\n6,7\n', 'DatasetError', /as csv: .*got 3 on line 3/);
    const long = Array.from({ length: 3000 }, (_, row) => `${row},${row === 2500 ? 'x' : row}`);
    await fails('late.csv', `a,b\n${long.join('\n').replace('x', '1,2')}\n`, 'DatasetError', /line:? 2502/i);
    await fails('cut.jsonl', '{"a": 1}\n{"a": \n', 'DatasetError', /as json lines: .*line 2/i);
    await fails('cut.parquet', fixture('windows.parquet').subarray(0, 900), 'DatasetError', /as parquet: /);
    await fails(
      'cut.arrow',
      fixture('windows.arrow').subarray(0, 1500),
      'DatasetError',
      /has no end: it is cut/,
    );
    await fails('empty.csv', '', 'DatasetError', /the file is empty/);
    const surrogate = Buffer.from('\ufeffa,b\n1,2\n\ud800', 'utf16le');
    await fails('half.csv', surrogate, 'DatasetError', /the UTF-16 text is cut or damaged/);
    await fails('conn.log', '#fields\ta\tb\n1\t2\n3\n', 'DatasetError', /line 3 .* 1 fields instead of 2/);
    const zlib = Buffer.concat([
      deflateSync(fixture('windows.csv')).subarray(0, 300),
      Buffer.alloc(300, 0xff),
    ]);
    await fails('pressed.csv', zlib, 'DatasetError', /the zlib data is cut or damaged/);
    await fails(
      'wide.csv.zst',
      Buffer.from('28b52ffd00a0010000', 'hex'),
      'DatasetError',
      /: the zstd data needs 1024 MiB/,
    );
    await fails('archive.zip', 'PK\x03\x04rest', 'DatasetError', /a zip archive: unpack it/);
  });

  it('believes no count of a damaged Arrow file', async () => {
    /** The bytes with another number of 64 bits in place of `was`, the first where `was` and `behind` follow each other. */
    const changed = (name: string, was: number, behind: number, value: number): Buffer => {
      const bytes = fixture(name);
      const words = Buffer.alloc(16);
      words.writeBigInt64LE(BigInt(was), 0);
      words.writeBigInt64LE(BigInt(behind), 8);
      const at = bytes.indexOf(words);
      assert.ok(at > 0, 'the fixture has the numbers');
      bytes.writeBigInt64LE(BigInt(value), at);
      return bytes;
    };
    // The first batch has 12 rows, and no null but in its columns 4 to 8; the names of its sessions take 24 bytes.
    for (const [bytes, message] of [
      [
        changed('windows.arrows', 12, 0, 2 ** 40),
        /message 1 at byte \d+ .*session_id claims 1099511627776 values/,
      ],
      [changed('windows.arrows', 12, 1, 0), /column bytes claims 0 values, and the batch 12 rows/],
      [
        fixture('windows.arrows').subarray(0, 2000),
        /message \d at byte \d+ claims \d+ bytes, and there are \d+/,
      ],
      [changed('dictionary.arrows', 30, 1, 29), /column \w+ claims 29 values, and the batch 30 rows/],
    ] as const)
      await fails('damaged.arrows', bytes, 'DatasetError', message);
  });

  it('believes no view and no offset of an Arrow file', async () => {
    const text = 'a text of more than twelve bytes';
    const view = Buffer.alloc(16);
    view.writeInt32LE(text.length, 0);
    view.write(text.slice(0, 4), 4);
    const changed = (was: Uint8Array, at: number, value: number): Buffer => {
      const bytes = fixture('kinds.arrows');
      const place = bytes.lastIndexOf(was);
      assert.ok(place > 0);
      bytes.writeInt32LE(value, place + at);
      return bytes;
    };
    const types = Buffer.of(3, 5, 3, 0, 0, 0, 0, 0);
    const offsets = Buffer.from(Int32Array.of(0, 0, 1, 0).buffer);
    for (const [bytes, message] of [
      [changed(view, 0, 33), /column text has 33 bytes at 0 of its buffer 0 in row 0; .* has 32 bytes/],
      [changed(view, 0, -1), /column text has -1 bytes/],
      [changed(view, 4, 0), /column text begins otherwise in row 0/],
      [changed(view, 8, 1), /column text has 32 bytes at 0 of its buffer 1/],
      [changed(view, 12, -1), /column text has 32 bytes at -1 of its buffer 0/],
      [changed(types, 0, 0x030403), /column union has the type 4 in row 1/],
      [changed(offsets, 8, 2), /column union has value 2 of type 3 in row 2, and there are 2/],
      [changed(offsets, 4, -1), /column union has value -1 of type 5 in row 1/],
    ] as const)
      await fails('damaged.arrows', bytes, 'DatasetError', message);
  });

  it('says what is behind the end of an Arrow stream, and that the mark of the end is missing', async () => {
    const notesOf = async (bytes: Buffer): Promise<readonly string[]> =>
      await inFolder(async (folder) => {
        writeFileSync(join(folder, 'x'), bytes);
        const task = { path: join(folder, 'x'), outputPath: join(folder, 'out') };
        const { rows, notes } = await readDatasetTask(task, () => undefined);
        assert.equal(rows, 30);
        return notes;
      });
    const stream = fixture('windows.arrows');
    // pyarrow ends a stream with the mark and a length of 0.
    assert.equal(stream.subarray(-8).toString('hex'), 'ffffffff00000000');
    assert.deepEqual(await notesOf(stream), []);
    assert.deepEqual(await notesOf(Buffer.concat([stream, Buffer.from('rest')])), [
      '4 bytes behind the end of the Arrow stream are not read',
    ]);
    assert.match((await notesOf(stream.subarray(0, -8))).join(), /no mark of its end.*may be missing/);
    await fails(
      'two.arrows',
      Buffer.concat([stream, stream]),
      'DatasetError',
      new RegExp(`a second Arrow stream begins at byte ${stream.length}:`),
    );
  });

  it('keeps no dictionary that grows without end, and no two in a file for one column', async () => {
    const dictionaryOf = (...chunks: readonly (readonly string[])[]): Buffer => {
      const type = new Dictionary(new Utf8(), new Int32(), 7);
      const [first, ...further] = chunks.map((values) => vectorFromArray([...values], new Utf8()));
      const dictionary = first!.concat(...further);
      const data = makeData({ ...{ type, length: 2, nullCount: 0 }, data: Int32Array.of(0, 1), dictionary });
      return Buffer.from(tableToIPC(new Table({ x: new Vector([data]) }), 'stream'));
    };
    /** Where the messages begin. */
    const places = (bytes: Buffer): number[] => {
      const found: number[] = [];
      for (
        let at = bytes.indexOf('ffffffff', 0, 'hex');
        at >= 0;
        at = bytes.indexOf('ffffffff', at + 4, 'hex')
      )
        found.push(at);
      return found;
    };
    const stream = dictionaryOf(['a'], ['b']);
    const [, , delta = 0, batch = 0] = places(stream);
    const repeated = (times: number): Buffer =>
      Buffer.concat([
        stream.subarray(0, batch),
        ...Array.from({ length: times }, () => stream.subarray(delta, batch)),
        stream.subarray(batch),
      ]);
    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'x'), repeated(100));
      const { rows } = await read(join(folder, 'x'));
      assert.deepEqual(rows, [{ x: 'a' }, { x: 'b' }]);
    });
    await fails('parts.arrows', repeated(5000), 'DatasetError', /dictionary 7 has more than 4096 parts/);

    const columns = Object.fromEntries(
      ['x', 'y'].map((name, id) => [
        name,
        vectorFromArray(['a', 'b'], new Dictionary(new Utf8(), new Int32(), id)),
      ]),
    );
    const file = Buffer.from(tableToIPC(new Table(columns), 'file'));
    // The footer names the places of the messages: the two dictionaries first.
    const named = places(file).map((place) => {
      const words = Buffer.alloc(8);
      words.writeBigInt64LE(BigInt(place));
      return { place, at: file.lastIndexOf(words) };
    });
    const [first, second] = named.filter(({ at }) => at > named.at(-1)!.place);
    assert.ok(first && second);
    file.writeBigInt64LE(BigInt(first.place), second.at);
    await fails('twice.arrow', file, 'DatasetError', /dictionary \d comes a second time: a file may add/);
  });

  it('ends, whatever number stands in an Arrow file', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'damaged');
      for (const name of ['lists.arrows', 'lz4.feather']) {
        let [read, refused] = [0, 0];
        for (let at = 0; at + 4 <= fixture(name).length; at += 4) {
          const bytes = fixture(name);
          bytes.writeUInt32LE(0x7fff_ffff, at);
          writeFileSync(path, bytes);
          try {
            for await (const { rows, columns } of readArrowDataset(path))
              for (const column of columns) column.read(0, rows);
            read += 1;
          } catch (error) {
            assert.ok(error instanceof DatasetError, `${name} at ${at}: ${String(error)}`);
            refused += 1;
          }
        }
        assert.ok(read > 0 && refused > 0, `${name}: ${read} read, ${refused} refused`);
      }
    });
  });

  it('notices compressed data that is cut or damaged', async () => {
    for (const suffix of ['gz', 'bz2', 'xz', 'zst']) {
      const whole = fixture(`windows.csv.${suffix}`);
      await fails(
        'cut',
        whole.subarray(0, whole.length - 20),
        'DatasetError',
        /data is cut or damaged behind byte \d+/,
      );
      if (suffix === 'zst') continue;
      const damaged = Buffer.from(whole);
      damaged[Math.floor(whole.length / 2)]! ^= 0xff;
      await fails('damaged', damaged, 'DatasetError', /data is cut or damaged behind byte \d+/);
    }
  });
});
