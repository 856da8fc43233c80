/** Whether a model is the one that is used if none is named. */
export interface ModelStanding {
  readonly modelId: string;
  readonly isCurrent: boolean;
  /** Why it is, or why another one stays. */
  readonly why: string;
  /** Whether `vqi infer` can use it: captures may lack the columns of a dataset. Missing in results of earlier versions. */
  readonly isForCaptures?: boolean;
}
