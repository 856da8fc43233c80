import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../../common/project-root.js';
import { DuckDBListValue } from '../../../warehouse/core/duckdb.js';
import { fill, fillFromLines } from '../../../warehouse/core/fill.js';
import { readSqlFolder } from '../../../warehouse/core/sql-files.js';
import { writeAudit } from '../../../warehouse/features/audit.js';
import { withTestRun } from '../../sql/test-run.js';

describe('a table that code fills', () => {
  it('has the types of its statement, whatever the first value is, and replaces an earlier one', async () => {
    await withTestRun(async (warehouse) => {
      await fill(warehouse, 'leakage_gap', [{ split: 'old', macro_f1: 1, rows: 1 }]);
      const rows = [
        { split: 'whole', macro_f1: 1, rows: 2 },
        { split: 'fraction', macro_f1: 0.5, rows: 3 },
        { split: null, macro_f1: NaN, rows: null },
      ];
      await fill(warehouse, 'leakage_gap', rows);
      assert.deepEqual(
        await warehouse.rows('select split, macro_f1, rows, typeof(macro_f1) as type from leakage_gap'),
        [
          { split: 'whole', macro_f1: 1, rows: 2, type: 'DOUBLE' },
          { split: 'fraction', macro_f1: 0.5, rows: 3, type: 'DOUBLE' },
          { split: null, macro_f1: 'NaN', rows: null, type: 'DOUBLE' },
        ],
      );
      assert.deepEqual(
        await warehouse.rows("select schema_name from duckdb_tables() where table_name = 'leakage_gap'"),
        [{ schema_name: 'run test' }],
      );
      await fill(warehouse, 'leakage_gap', []);
      assert.deepEqual(await warehouse.rows('from leakage_gap'), []);
    });
  });

  it('can have more rows than one chunk, in their order', async () => {
    await withTestRun(async (warehouse) => {
      const rows = Array.from({ length: 5000 }, (_, fold) => ({
        session_group: `s${fold}`,
        fold,
        fold_group: null,
      }));
      await fill(warehouse, 'split_assignments', rows);
      assert.deepEqual(await warehouse.rows('from split_assignments'), rows);
    });
  });

  it('refuses rows with other names, and values of another type than the column', async () => {
    await withTestRun(async (warehouse) => {
      const refused = (row: Record<string, string | number>, reason: RegExp): Promise<void> =>
        assert.rejects(() => fill(warehouse, 'split_assignments', [row]), reason);
      await refused(
        { session_group: 'a', fold: 0, fold_group: 'a', part: 1 },
        /split_assignments has no column part/,
      );
      await refused({ session_group: 'a' }, /a row for split_assignments has no fold/);
      await refused(
        { session_group: 'a', fold: 0.5, fold_group: 'a' },
        /split_assignments.fold is INTEGER, not 0.5/,
      );
      await refused(
        { session_group: 7, fold: 0, fold_group: 'a' },
        /split_assignments.session_group is VARCHAR, not 7/,
      );
      // DuckDB's vectors would keep NaN.
      const gap = { split: 'whole', macro_f1: 'high', rows: 1 };
      await assert.rejects(() => fill(warehouse, 'leakage_gap', [gap]), /macro_f1 is DOUBLE, not high/);
    });
  });

  it('is loaded from lines of JSON, null where a line has no value', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vqi-fill-'));
    try {
      await withTestRun(async (warehouse) => {
        const path = join(folder, 'lines.ndjson');
        writeFileSync(path, '{"fold": 2, "session_group": "b"}\n{"session_group": "a"}\n');
        await fillFromLines(warehouse, 'split_assignments', path);
        assert.deepEqual(await warehouse.rows('from split_assignments'), [
          { session_group: 'b', fold: 2, fold_group: null },
          { session_group: 'a', fold: null, fold_group: null },
        ]);
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is named in the file that its header says fills it', () => {
    for (const { name, filledBy } of ['10_raw', 'sources'].flatMap(readSqlFolder))
      assert.match(
        readFileSync(join(projectRoot(), filledBy ?? 'no file'), 'utf8'),
        new RegExp(`\\b${name}\\b`),
        name,
      );
  });
});

describe('the audit of the inputs', () => {
  it('is stored if the first column contains the label itself, and if there is no column', async () => {
    await withTestRun(async (warehouse) => {
      const skills = [
        { column: 'label', balancedAccuracy: 1, skill: 1 },
        { column: 'bytes', balancedAccuracy: 0.6, skill: 0.2 },
      ];
      await writeAudit(warehouse, skills, 0.9, null);
      assert.deepEqual(await warehouse.rows('from leak_check'), [
        { column_name: 'label', balanced_accuracy: 1, skill: 1, is_suspect: true },
        { column_name: 'bytes', balanced_accuracy: 0.6, skill: 0.2, is_suspect: false },
      ]);
      await writeAudit(warehouse, [], 0.9, null);
      assert.deepEqual(await warehouse.rows('from leak_check'), []);
    });
  });
});

describe('a list bound to a statement', () => {
  it('must have a type', async () => {
    await withTestRun(async (warehouse) => {
      await assert.rejects(
        () => warehouse.rows('select $names as names', { names: new DuckDBListValue(['a']) }),
        /the list \$names has no type: make it with list\(items, type\)/,
      );
    });
  });
});
