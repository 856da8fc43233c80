import type { Warehouse } from '../core/warehouse.js';

/** What the folds of the search consist of. */
export interface FoldGroups {
  /** session, video, site, home or date */
  readonly kind: string;
  readonly groups: number;
  /** Kinds of groups that would have been preferred, with the reason why they were not taken. */
  readonly refused: readonly { readonly kind: string; readonly reason: string }[];
}

/** The groups that no fold of the current run's search separates. */
export async function foldGroups(warehouse: Warehouse): Promise<FoldGroups> {
  const rows = await warehouse.rows('from fold_groups order by is_chosen, rowid');
  const chosen = rows.find((row) => row['is_chosen'] === true);
  return {
    kind: String(chosen?.['kind']),
    groups: Number(chosen?.['groups']),
    refused: rows
      .filter((row) => row !== chosen)
      .map((row) => ({ kind: String(row['kind']), reason: String(row['reason']) })),
  };
}
