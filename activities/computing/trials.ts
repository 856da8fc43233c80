import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import type { Interval } from '../../learning/evaluation/bootstrap.js';
import { choiceText, preferenceText, type RankedOn } from '../../learning/search/choice-text.js';
import type { TrialChoice } from '../../learning/search/choose-trial.js';
import type { FoldScore } from '../../learning/search/cross-validate.js';
import { withBudget } from '../../learning/search/halving.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { isBaseline } from '../../schemas/baseline-families.js';
import type { ModelFamily, SearchConfig, TrialSpec } from '../../schemas/search.js';
import { makeArtifact } from '../artifacts.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { heartbeatWhile } from '../heartbeat-while.js';
import { MatrixCache } from './matrix-cache.js';
import { trialKey } from './trial-key.js';

export interface TrainTrialInput {
  readonly spec: TrialSpec;
  /** Share of the setting's trees, rounds or rows. */
  readonly share: number;
  readonly matrix: ArtifactRef;
  readonly classCount: number;
  /** Resolutions of the classes; absent in searches that an earlier version began. */
  readonly classesPx?: readonly number[];
  readonly folds: number;
  readonly seed: number;
  /** Scores with another salt are not reused; null: no salt. */
  readonly salt: string | null;
}

/** Result of a trial: scores by fold, and over the windows of all folds. */
export interface TrialScore {
  /** Share of the setting's trees, rounds or rows that was used. */
  readonly share: number;
  /** File with the predictions for each fold's sessions, as confusion matrices. */
  readonly foldsPath: string;
  readonly folds: readonly FoldScore[];
  readonly macroF1: number;
  /** 95 % interval over sessions; null if there are too few. */
  readonly interval: Interval | null;
  readonly accuracy: number;
  readonly logLoss: number;
  readonly trainRows: number;
  /** Time of training and scoring, summed over the folds. */
  readonly seconds: number;
  /** Number of the attempt that succeeded. */
  readonly attempts: number;
  /** True: all scores were on disk already. */
  readonly reused: boolean;
  readonly warnings: readonly string[];
}

export interface ChooseTrialInput {
  readonly trials: readonly {
    readonly trial: number;
    readonly family: ModelFamily;
    readonly share: number;
    readonly macroF1: number;
    readonly foldsPath: string;
  }[];
  readonly families: SearchConfig['families'];
  readonly standardErrors: number;
  readonly rankedOn: RankedOn;
  readonly seed: number;
}

/** The choice of a trial, in numbers and in words. */
export interface ChosenTrial extends TrialChoice {
  readonly text: string;
  readonly rankedOn: RankedOn;
  /** That a baseline was chosen, or why a trial with a higher score was not. */
  readonly warnings: readonly string[];
}

export function createTrialActivities({ home, compute, stored, codeVersion }: ActivityDependencies) {
  const paths = homePaths(home);
  const matrices = new MatrixCache();
  return {
    /** Bins the training rows and stores them in one file for all trials. The same rows give the same bytes. */
    async prepareMatrix({
      training,
      classesPx,
    }: {
      training: ArtifactRef;
      classesPx: readonly number[];
    }): Promise<ArtifactRef> {
      const { artifact } = await heartbeatWhile((onProgress, signal) =>
        makeArtifact(paths.artifacts, 'matrix', 'bin', async (matrixPath) => {
          const { rows } = await compute.run(
            'prepareMatrix',
            { trainingPath: training.path, classes: classesPx, matrixPath },
            { onProgress, signal },
          );
          return { rows, result: null };
        }),
      );
      return artifact;
    },

    /**
     * Cross-validates one setting, fold by fold. Each scored fold is stored on disk under a hash of all its inputs, so that
     * a later attempt, or another search with the same inputs, reuses it.
     */
    async trainTrial(input: TrainTrialInput): Promise<TrialScore> {
      const { spec, share, matrix, classCount, classesPx, folds, seed, salt } = input;
      const budgeted = withBudget(spec.setting, share);
      const key = trialKey({ codeVersion, matrixSha256: matrix.sha256, ...budgeted, folds, seed, salt });
      await mkdir(paths.trials, { recursive: true });
      const foldsPath = join(paths.trials, `${key}.json`);
      const buffer = await matrices.read(matrix);
      const result = await heartbeatWhile(async (onProgress, signal) => {
        await stored.bringScores(foldsPath);
        let keeping = Promise.resolve();
        let keptFolds = 0;
        // If this machine is lost, another one goes on from the folds that it has scored. The last one is kept with the result.
        const onFolds = (progress: unknown): void => {
          onProgress(progress);
          const folds = foldsDoneIn(progress);
          if (folds <= keptFolds) return;
          keptFolds = folds;
          keeping = keeping.then(() => stored.keepScores(foldsPath)).catch(() => undefined);
        };
        const scored = await compute.run(
          'crossValidate',
          {
            matrix: buffer,
            matrixSha256: matrix.sha256,
            ...budgeted,
            classCount,
            classesPx,
            foldCount: folds,
            seed,
            checkpointPath: foldsPath,
          },
          { onProgress: onFolds, signal },
        );
        await keeping;
        return scored;
      });
      const { overall, ...scored } = result;
      return { share, foldsPath, ...overall, ...scored, attempts: Context.current().info.attempt };
    },

    /**
     * Compares the baselines, and the trials with the largest budget, on groups that their fits had not seen. Trials with
     * less budget come last in the order.
     */
    async chooseTrial({ trials, rankedOn, ...rule }: ChooseTrialInput): Promise<ChosenTrial> {
      const shares = trials.flatMap(({ family, share }) => (isBaseline(family) ? [] : [share]));
      const largest = Math.max(0, ...shares);
      const comparable = trials.filter(({ family, share }) => isBaseline(family) || share === largest);
      const choice = await heartbeatWhile(async (onProgress, signal) => {
        for (const { foldsPath } of comparable) await stored.bringScores(foldsPath);
        return await compute.run('chooseTrial', { trials: comparable, ...rule }, { onProgress, signal });
      });
      const others = trials.filter(({ trial }) => !choice.order.includes(trial));
      const text = choiceText(choice, rankedOn);
      const preference = preferenceText(choice);
      others.sort((a, b) => b.share - a.share || b.macroF1 - a.macroF1 || a.trial - b.trial);
      return {
        ...choice,
        order: [...choice.order, ...others.map(({ trial }) => trial)],
        text,
        rankedOn,
        warnings: isBaseline(choice.chosen.family) ? [text] : preference === null ? [] : [preference],
      };
    },
  };
}

/** The number of folds in the progress of a trial. */
function foldsDoneIn(progress: unknown): number {
  return typeof progress === 'object' && progress !== null && 'foldsDone' in progress
    ? Number(progress.foldsDone)
    : 0;
}
