import { runSchema } from '../../common/run-schema.js';
import { fill } from '../core/fill.js';
import { identifier } from '../core/identifier.js';
import type { Warehouse } from '../core/warehouse.js';

/** How well one column alone predicts the label. */
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

/** Fills `leak_check`, a row for each column, and `leakage_gap`, a row for each way to split (none if nothing is held out). */
export async function writeAudit(
  warehouse: Warehouse,
  skills: readonly ColumnSkillRow[],
  suspectFrom: number,
  gap: LeakageGapRow | null,
): Promise<void> {
  await fill(
    warehouse,
    'leak_check',
    skills.map(({ column, balancedAccuracy, skill }) => ({
      column_name: column,
      balanced_accuracy: balancedAccuracy,
      skill,
      is_suspect: skill >= suspectFrom,
    })),
  );
  await fill(
    warehouse,
    'leakage_gap',
    gap === null
      ? []
      : [
          { split: 'whole groups held out', macro_f1: gap.macroF1ByGroup, rows: gap.rows },
          {
            split: 'rows at random, windows of one session on both sides',
            macro_f1: gap.macroF1ByRow,
            rows: gap.rows,
          },
        ],
  );
}

/** The suspect columns of several runs, each with the highest share of labels that it alone predicts. */
export async function leaksOf(
  warehouse: Warehouse,
  runIds: readonly string[],
): Promise<{ column: string; balancedAccuracy: number }[]> {
  const ofAll = runIds.map((id) => `from ${identifier(runSchema(id))}.leak_check`).join(' union all ');
  const rows = await warehouse.rows(
    `select column_name, max(balanced_accuracy) as share from (${ofAll}) where is_suspect group by all order by all`,
  );
  return rows.map((row) => ({
    column: String(row['column_name']),
    balancedAccuracy: Number(row['share']),
  }));
}
