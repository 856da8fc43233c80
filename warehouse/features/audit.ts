import { DuckDBListValue } from '../core/duckdb.js';
import type { Warehouse } from '../core/warehouse.js';

/** How well one column alone tells the label. */
export interface ColumnSkillRow {
  readonly column: string;
  readonly balancedAccuracy: number;
  readonly skill: number;
}

/** Scores of one small forest on two splits. */
export interface LeakageGapRow {
  readonly macroF1ByGroup: number;
  readonly macroF1ByRow: number;
  readonly rows: number;
}

/** Writes `leak_check`, one row a column, and `leakage_gap`, one row a kind of split (none where nothing is held out). */
export async function writeAudit(
  warehouse: Warehouse,
  skills: readonly ColumnSkillRow[],
  suspectFrom: number,
  gap: LeakageGapRow | null,
): Promise<void> {
  const list = (items: (string | number)[]) => new DuckDBListValue(items);
  await warehouse.run(
    `create or replace table leak_check as
      select *, skill >= $suspect_from as is_suspect
      from (select
        unnest($columns)::varchar as column_name,
        unnest($accuracies)::double as balanced_accuracy,
        unnest($skills)::double as skill)`,
    {
      columns: list(skills.map(({ column }) => column)),
      accuracies: list(skills.map(({ balancedAccuracy }) => balancedAccuracy)),
      skills: list(skills.map(({ skill }) => skill)),
      suspect_from: suspectFrom,
    },
  );
  await warehouse.run('create or replace table leakage_gap (split varchar, macro_f1 double, rows integer)');
  if (gap === null) return;
  for (const [split, macroF1] of [
    ['whole groups held out', gap.macroF1ByGroup],
    ['rows at random, windows of one session on both sides', gap.macroF1ByRow],
  ] as const)
    await warehouse.run('insert into leakage_gap values ($split, $macro_f1, $rows)', {
      split,
      macro_f1: macroF1,
      rows: gap.rows,
    });
}
