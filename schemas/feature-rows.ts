/** Windows with their features, as trials and models read them; all arrays have `rows` entries unless said otherwise. */

export interface FeatureRows {
  readonly rows: number;
  readonly featureNames: readonly string[];
  /** rows x features, row-major; NaN where missing. */
  readonly values: Float64Array;
  readonly sessionIds: readonly string[];
  readonly sessionGroups: readonly string[];
  readonly windowIndex: Int32Array;
  /** Start of the window, microseconds since the epoch, UTC; NaN where the source has no times. */
  readonly startUs: Float64Array;
  /** Label; NaN where not known. */
  readonly resolutionPx: Float64Array;
  /** Fold of the search; -1 held out; NaN where the row is in no split. */
  readonly fold: Float64Array;
  /** From the last change of resolution to the window's start; negative: it lies in the window; NaN: none, or not known. */
  readonly sinceSwitchSeconds: Float64Array;
}
