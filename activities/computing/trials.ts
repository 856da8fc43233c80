import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import type { Interval } from '../../learning/evaluation/bootstrap.js';
import type { FoldScore } from '../../learning/search/cross-validate.js';
import { withBudget } from '../../learning/search/halving.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import type { TrialSpec } from '../../schemas/search.js';
import { makeArtifact } from '../artifacts.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { heartbeatWhile } from '../heartbeat-while.js';
import { MatrixCache } from './matrix-cache.js';
import { trialKey } from './trial-key.js';

export interface TrainTrialInput {
  readonly spec: TrialSpec;
  /** Part of the setting's trees, rounds or rows. */
  readonly share: number;
  readonly matrix: ArtifactRef;
  readonly classCount: number;
  readonly folds: number;
  readonly seed: number;
  /** Scores with another salt are not taken over; null: any that fit. */
  readonly salt: string | null;
}

/** What a trial came to: scores by fold, and their means. */
export interface TrialScore {
  /** Part of the setting's trees, rounds or rows that it had. */
  readonly share: number;
  readonly folds: readonly FoldScore[];
  readonly macroF1: number;
  /** 95 %, over sessions. */
  readonly interval: Interval | null;
  readonly accuracy: number;
  readonly logLoss: number;
  readonly trainRows: number;
  /** Of the trainings and scorings of all folds. */
  readonly seconds: number;
  /** Attempts that Temporal made for it. */
  readonly attempts: number;
  /** True: the scores stood on disk already. */
  readonly reused: boolean;
  readonly warnings: readonly string[];
}

export function createTrialActivities({ home, compute, codeVersion }: ActivityDependencies) {
  const paths = homePaths(home);
  const matrices = new MatrixCache();
  return {
    /** Bins the training rows and keeps them as one file, which every trial reads. The same rows give the same bytes. */
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
     * Cross-validates one setting, fold by fold. Each scored fold is kept on disk under a name made of all that it
     * depends on: a later attempt, or another search that asks the same, goes on behind it.
     */
    async trainTrial(input: TrainTrialInput): Promise<TrialScore> {
      const { spec, share, matrix, classCount, folds, seed, salt } = input;
      const budgeted = withBudget(spec.setting, share);
      const key = trialKey({ codeVersion, matrixSha256: matrix.sha256, ...budgeted, folds, seed, salt });
      await mkdir(paths.trials, { recursive: true });
      const buffer = await matrices.read(matrix);
      const result = await heartbeatWhile((onProgress, signal) =>
        compute.run(
          'crossValidate',
          {
            matrix: buffer,
            matrixSha256: matrix.sha256,
            ...budgeted,
            classCount,
            foldCount: folds,
            seed,
            checkpointPath: join(paths.trials, `${key}.json`),
          },
          { onProgress, signal },
        ),
      );
      const { mean, ...scored } = result;
      return { share, ...mean, ...scored, attempts: Context.current().info.attempt };
    },
  };
}
