/** Columns that one rule of the cleaning keeps from the inputs. */
export interface DroppedColumns {
  readonly rule: string;
  readonly columns: number;
  /** The first few, in the order of the table. */
  readonly examples: readonly { readonly column: string; readonly reason: string }[];
}
