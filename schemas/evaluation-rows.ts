/** One row of the run's table `evaluation`. `classPx` is null for figures over all classes. */
export interface EvaluationRow {
  readonly model: string;
  readonly metric: string;
  readonly classPx: number | null;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** One cell of the run's table `confusion_matrix`. */
export interface ConfusionRow {
  readonly model: string;
  readonly truePx: number;
  readonly predictedPx: number;
  readonly windows: number;
}

/** One row of the run's table `evaluation_by_switch`: windows by the time since the resolution changed. */
export interface SwitchRow {
  readonly model: string;
  readonly since: string;
  readonly windows: number;
  readonly sessions: number;
  readonly accuracy: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly withinOneRung: number | null;
}

/** Result of an evaluation as rows of the three tables. */
export interface EvaluationRows {
  readonly rows: readonly EvaluationRow[];
  readonly confusion: readonly ConfusionRow[];
  readonly bySwitch: readonly SwitchRow[];
}
