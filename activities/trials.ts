import { Context } from '@temporalio/activity';
import type { FoldScore } from '../domain/search/cross-validate.js';
import type { ArtifactRef } from '../schemas/artifact.js';
import type { TrialSpec } from '../schemas/search.js';
import type { ActivityDependencies } from './dependencies.js';
import { heartbeatWhile } from './heartbeat-while.js';

export interface TrainTrialInput {
  readonly spec: TrialSpec;
  readonly training: ArtifactRef;
  readonly classesPx: readonly number[];
  readonly folds: number;
  readonly seed: number;
}

/** What a trial came to: scores by fold, and their means. */
export interface TrialScore {
  readonly folds: readonly FoldScore[];
  readonly macroF1: number;
  readonly accuracy: number;
  readonly logLoss: number;
  readonly trainRows: number;
  readonly seconds: number;
  readonly warnings: readonly string[];
}

export function createTrialActivities({ compute }: ActivityDependencies) {
  return {
    /** Cross-validates one setting, fold by fold; an attempt after a crash goes on behind the last scored fold. */
    async trainTrial({ spec, training, classesPx, folds, seed }: TrainTrialInput): Promise<TrialScore> {
      const began = performance.now();
      const resumed = resumedFolds(Context.current().info.heartbeatDetails);
      const result = await heartbeatWhile((onProgress, signal) =>
        compute.run(
          'crossValidate',
          {
            trainingPath: training.path,
            setting: spec.setting,
            classes: classesPx,
            foldCount: folds,
            seed,
            done: resumed,
          },
          { onProgress, signal },
        ),
      );
      const mean = (pick: (fold: FoldScore) => number): number =>
        result.folds.reduce((sum, fold) => sum + pick(fold), 0) / result.folds.length;
      return {
        folds: result.folds,
        macroF1: mean((fold) => fold.macroF1),
        accuracy: mean((fold) => fold.accuracy),
        logLoss: mean((fold) => fold.logLoss),
        trainRows: result.trainRows,
        seconds: (performance.now() - began) / 1000,
        warnings: result.warnings,
      };
    },
  };
}

function resumedFolds(details: unknown): readonly FoldScore[] {
  if (typeof details !== 'object' || details === null || !('done' in details) || !Array.isArray(details.done))
    return [];
  return details.done as FoldScore[];
}
