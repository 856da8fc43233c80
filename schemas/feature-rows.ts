/** Windows with their features, as read for trials and models; all arrays have `rows` entries unless said otherwise. */
export interface FeatureRows {
  readonly rows: number;
  readonly featureNames: readonly string[];
  /** rows x features, row-major; NaN = missing. */
  readonly values: Float64Array;
  readonly sessionIds: readonly string[];
  readonly sessionGroups: readonly string[];
  readonly windowIndex: Int32Array;
  /** Start of the window, microseconds since the epoch, UTC; NaN if the source has no times. */
  readonly startUs: Float64Array;
  /** Label; NaN = unknown. */
  readonly resolutionPx: Float64Array;
  /** Fold of the search; -1 = held out; NaN = in no split. */
  readonly fold: Float64Array;
  /** Service of the row's session; empty if not known. */
  readonly services: readonly string[];
  /** 0: the row's session has no media, so that nothing can be predicted. */
  readonly hasMedia: Uint8Array;
  /** 1: a row of a spliced session, to fit on and never to rank or evaluate by. */
  readonly isSpliced: Uint8Array;
  /** From the last change of resolution to the window's start; negative: within the window; NaN: none, or unknown. */
  readonly sinceSwitchSeconds: Float64Array;
}
