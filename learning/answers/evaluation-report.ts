import type { EvaluationRow, ConfusionRow, SwitchRow } from '../../schemas/evaluation-rows.js';
import type { SwitchScore } from '../evaluation/by-switch.js';
import type { AnsweredShares, Evaluation } from '../evaluation/evaluate.js';
import type { Lead } from '../evaluation/lead-over.js';
import type { ColumnSkill } from '../evaluation/leak-check.js';
import type { LeakageGap } from '../evaluation/leakage-gap.js';
import type { PermutationImportance } from '../evaluation/permutation-importance.js';

/** Content of `audit` artifacts. */
export interface DatasetAudit {
  /** Best first. */
  readonly skills: readonly ColumnSkill[];
  /** Null if nothing is held out. */
  readonly gap: LeakageGap | null;
}

/** The headline figures on the held-out sessions; null if no labelled session was held out. */
export interface ScoreSummary {
  readonly windows: number;
  readonly sessions: number;
  readonly accuracy: number | null;
  readonly accuracyInterval: readonly [number, number] | null;
  readonly macroF1: number | null;
  readonly macroF1Interval: readonly [number, number] | null;
  readonly macroAuc: number | null;
  readonly withinOneRung: number | null;
  readonly expectedCalibrationError: number | null;
  readonly expectedCalibrationErrorInterval: readonly [number, number] | null;
  /** 95th percentile of the error that a perfectly calibrated model shows by chance on as many sessions. */
  readonly expectedCalibrationErrorByChance: number | null;
  /** Share of the windows answered, and of wrong ones among these; null or absent if no window can be unknown. */
  readonly answered?: AnsweredShares | null;
  /** Scores of the baselines on the same windows; empty if no labelled session was held out. */
  readonly baselines: readonly {
    readonly name: string;
    readonly accuracy: number;
    readonly macroF1: number;
    /** Of the model over it. Null: it is made from the model itself; absent in results of an earlier version. */
    readonly lead?: Lead | null;
  }[];
  /** Scores by the time since the last change of resolution; empty if no resolution changes. */
  readonly bySwitch: readonly SwitchScore[];
}

/** Content of `evaluation` artifacts: measures of the model and the baselines, and rows of the tables. */
export interface EvaluationReport {
  /** Null if no labelled session was held out. */
  readonly model: Evaluation | null;
  readonly baselines: readonly {
    readonly name: string;
    readonly evaluation: Evaluation;
    /** Of the model over it; null if it is made from the model itself. */
    readonly lead: Lead | null;
  }[];
  /** The model first; empty if no resolution changes. */
  readonly switches: readonly { readonly name: string; readonly scores: readonly SwitchScore[] }[];
  readonly rows: readonly EvaluationRow[];
  readonly confusion: readonly ConfusionRow[];
  readonly bySwitch: readonly SwitchRow[];
  /** What the model's predictions depend on; null or absent if it was not measured. */
  readonly importance?: PermutationImportance | null;
}
