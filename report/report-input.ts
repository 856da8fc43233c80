import type { GroupScore } from '../learning/evaluation/by-group.js';
import type { SwitchScore } from '../learning/evaluation/by-switch.js';
import type { Evaluation } from '../learning/evaluation/evaluate.js';
import type { Lead } from '../learning/evaluation/lead-over.js';
import type { PermutationImportance } from '../learning/evaluation/permutation-importance.js';
import type { FoldScore } from '../learning/search/cross-validate.js';
import type { DataOrigin } from '../schemas/data-origin.js';
import type { TrialSetting } from '../schemas/search.js';
import type { SessionAnswers } from '../schemas/session-answer.js';
import type { TimelineChartInput } from './charts/timeline.js';

/** Content of a report; parts that a run did not produce are null or empty and are left out. */
export interface ReportInput {
  readonly runId: string;
  /** When the run ended, formatted, such as `2026-01-31 12:00 UTC`. */
  readonly finishedAt: string | null;
  readonly origins: readonly DataOrigin[];
  /** The run in a few sentences, shown first. */
  readonly verdict: readonly string[];
  /** What the viewers of sessions saw, in short; null or absent: nothing was to be found out of unlabelled sessions. */
  readonly sessions?: SessionAnswers | null;
  /** Facts on the run's inputs, in order, such as `sessions: 40`. */
  readonly facts: readonly ReportFact[];
  readonly warnings: readonly string[];
  readonly sources: ReportSources;
  readonly cleaning: readonly ReportCleaningStep[];
  readonly trials: readonly ReportTrial[];
  readonly model: ReportModel | null;
  /** Baselines on the same held-out rows, each shown next to the model. */
  readonly baselines: readonly ReportBaseline[];
  /** What the model's predictions depend on; null if it was not measured. */
  readonly importance: PermutationImportance | null;
  /** Scores on the held-out windows by site, service and the like; only kinds with two groups or more. */
  readonly groups: readonly { readonly kind: string; readonly scores: readonly GroupScore[] }[];
  readonly timelines: readonly ReportTimeline[];
  readonly files: readonly ReportFile[];
  /** How the run can be repeated; null: nothing is said. */
  readonly reproduction: ReportReproduction | null;
}

/** One fact, formatted. */
export interface ReportFact {
  readonly name: string;
  readonly value: string;
}

/** Files that a run read, with what identifies their content. */
export interface ReportSources {
  readonly files: readonly { readonly name: string; readonly content: string; readonly hash: string }[];
  /** All files, listed or not. */
  readonly total: number;
}

/** One step of the cleaning log. */
export interface ReportCleaningStep {
  readonly step: string;
  readonly reason: string;
  /** Formatted, such as `412 rows` or `17 columns`. */
  readonly removed: string;
}

/** One trial of the search. */
export interface ReportTrial {
  readonly trial: number;
  readonly setting: TrialSetting;
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  /** Why it failed; null otherwise. */
  readonly reason: string | null;
  /** Part of its trees, rounds or rows that the trial had: trials of different budgets are not compared. */
  readonly budgetShare: number;
  readonly folds: readonly Pick<FoldScore, 'fold' | 'macroF1'>[];
  /** Over the windows of all folds; null for a trial without a score. */
  readonly mean: { readonly macroF1: number; readonly accuracy: number; readonly logLoss: number } | null;
  /** 95 % interval of the macro-F1; null for a trial without one. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly isBest: boolean;
}

/** The chosen model and its evaluation on held-out sessions. */
export interface ReportModel {
  /** Setting and training data, such as `random-forest (…), trained on 4000 windows`. */
  readonly description: string;
  /** Why this model was chosen, in words; null if the report is about a model of another run. */
  readonly choice: string | null;
  readonly evaluation: Evaluation;
  /** By the time since a switch of resolution, the model first; empty if there are no switches. */
  readonly switches: readonly { readonly name: string; readonly scores: readonly SwitchScore[] }[];
}

/** A baseline's scores. */
export interface ReportBaseline {
  readonly name: string;
  readonly evaluation: Evaluation;
  /** Of the model over it; null if it is made from the model itself. */
  readonly lead: Lead | null;
}

/** One session's timeline. */
export interface ReportTimeline extends TimelineChartInput {
  /** Its file, beside the page. */
  readonly name: string;
  /** Its place among the held-out sessions, by the share of windows with a right answer; null if it was chosen otherwise. */
  readonly place: {
    readonly name: 'median' | 'best' | 'worst';
    readonly sessions: number;
    readonly right: number;
  } | null;
}

/** A file that the run wrote. */
export interface ReportFile {
  readonly path: string;
  readonly content: string;
}

/** How a run can be repeated. */
export interface ReportReproduction {
  /** Its configuration, every default written out. */
  readonly configuration: unknown;
  /** Command that reads the configuration from `run.json`. */
  readonly command: string;
}
