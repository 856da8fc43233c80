import type { EvaluationRow, ConfusionRow, SwitchRow } from '../../schemas/evaluation-rows.js';
import type { SwitchScore } from '../evaluation/by-switch.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import type { ColumnSkill } from '../evaluation/leak-check.js';
import type { LeakageGap } from '../evaluation/leakage-gap.js';

/** What `audit` artifacts hold. */
export interface DatasetAudit {
  /** The best first. */
  readonly skills: readonly ColumnSkill[];
  /** Null where nothing is held out. */
  readonly gap: LeakageGap | null;
}

/** The headline figures on the held-out sessions; null where nothing labelled was held out. */
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
  /** What true confidences would stay below in 95 of 100 draws of as many sessions. */
  readonly expectedCalibrationErrorByChance: number | null;
  /** What simpler ways to answer reach on the same windows; empty where nothing labelled was held out. */
  readonly baselines: readonly {
    readonly name: string;
    readonly accuracy: number;
    readonly macroF1: number;
  }[];
  /** Windows with a change of resolution, and those after it, apart; empty where nothing changes. */
  readonly bySwitch: readonly SwitchScore[];
}

/** What `evaluation` artifacts hold: the model's and the baselines' measures, and the rows of the tables. */
export interface EvaluationReport {
  /** Null where no labelled session was held out. */
  readonly model: Evaluation | null;
  readonly baselines: readonly { readonly name: string; readonly evaluation: Evaluation }[];
  /** The model first; empty where no resolution changes. */
  readonly switches: readonly { readonly name: string; readonly scores: readonly SwitchScore[] }[];
  readonly rows: readonly EvaluationRow[];
  readonly confusion: readonly ConfusionRow[];
  readonly bySwitch: readonly SwitchRow[];
}
