import type { ScoreSummary } from '../../learning/answers/evaluation-report.js';
import type { TrainedOn } from '../../learning/saved/serialise.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import type { TrialSpec } from '../../schemas/search.js';
import type { ModelFile } from '../../warehouse/runs/stored-models.js';
import { makeArtifact } from '../artifacts.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { heartbeatWhile } from '../heartbeat-while.js';
import type { ComputeTaskName, ComputeTasks } from './compute.js';

/** A fitted model on disk, with its columns of the table `models`. */
export interface FittedModelRef {
  readonly modelId: string;
  readonly artifact: ArtifactRef;
  readonly spec: TrialSpec;
  readonly trainingSha256: string;
  readonly trainingRows: number;
  readonly trainingSessions: number;
  readonly featureCount: number;
  readonly classesPx: readonly number[];
  readonly warnings: readonly string[];
}

export interface ScoredModel {
  readonly predictions: ArtifactRef;
  readonly evaluation: ArtifactRef;
  readonly summary: ScoreSummary;
}

export function createModelActivities({ home, compute }: ActivityDependencies) {
  const paths = homePaths(home);

  /** Runs a task that writes a JSON file, and stores the file as an artifact. */
  const computed = <Name extends ComputeTaskName>(
    kind: string,
    task: Name,
    inputFor: (path: string) => ComputeTasks[Name]['input'],
  ): Promise<{ artifact: ArtifactRef; result: ComputeTasks[Name]['output'] }> =>
    makeArtifact(paths.artifacts, kind, 'json', async (path) => ({
      rows: null,
      result: await heartbeatWhile((onProgress, signal) =>
        compute.run(task, inputFor(path), { onProgress, signal }),
      ),
    }));

  return {
    /** Fits a setting on all training sessions and stores the model as JSON, named by its content. */
    async fitBestModel(input: {
      runId: string;
      spec: TrialSpec;
      training: ArtifactRef;
      classesPx: readonly number[];
      windowSeconds: number;
      dwellSeconds: number | null;
      /** True: with spliced sessions, another dwell time may be chosen. Absent in searches of an earlier version. */
      dwellIsAutomatic?: boolean;
      /** Wanted share of wrong answers among those given; absent in searches of an earlier version. */
      wrongShare?: number;
      /** How its captures were read; absent for a dataset, and in searches of an earlier version. */
      captures?: TrainedOn;
      seed: number;
    }): Promise<FittedModelRef> {
      const { spec, training, classesPx, windowSeconds, dwellSeconds, seed } = input;
      const { dwellIsAutomatic, wrongShare, captures } = input;
      const { artifact, result } = await computed('model', 'fitModel', (modelPath) => ({
        trainingPath: training.path,
        trainingSha256: training.sha256,
        setting: spec.setting,
        classes: classesPx,
        windowSeconds,
        dwellSeconds,
        ...(dwellIsAutomatic === undefined ? {} : { dwellIsAutomatic }),
        ...(wrongShare === undefined ? {} : { wrongShare }),
        ...(captures && { captures }),
        seed,
        modelPath,
      }));
      return {
        modelId: `${spec.setting.family}-${artifact.sha256.slice(0, 12)}`,
        artifact,
        spec,
        trainingSha256: training.sha256,
        trainingRows: result.rows,
        trainingSessions: result.sessions,
        featureCount: result.featureNames.length,
        classesPx,
        warnings: result.warnings,
      };
    },

    /** Evaluates the pooled predictions for the held-out sessions of all parts. */
    async evaluatePooled(input: {
      predictions: ArtifactRef;
      seed: number;
    }): Promise<{ evaluation: ArtifactRef; summary: ScoreSummary }> {
      const { artifact, result } = await computed('evaluation', 'evaluatePooled', (evaluationPath) => ({
        predictionsPath: input.predictions.path,
        seed: input.seed,
        evaluationPath,
      }));
      return { evaluation: artifact, summary: result };
    },

    /** Predicts all windows, and evaluates model and baselines on the labelled windows of held-out sessions, if any. */
    async scoreModel(input: {
      model: ModelFile;
      /** Rows to fit the baselines on; null: no baselines. */
      training: Pick<ArtifactRef, 'path' | 'sha256'> | null;
      scoring: ArtifactRef;
      windowSeconds: number;
      seed: number;
    }): Promise<ScoredModel> {
      const predictions = await makeArtifact(
        paths.artifacts,
        'predictions',
        'ndjson',
        async (predictionsPath) => {
          const evaluation = await computed('evaluation', 'scoreModel', (evaluationPath) => ({
            scoringPath: input.scoring.path,
            trainingPath: input.training?.path ?? null,
            modelPath: input.model.path,
            windowSeconds: input.windowSeconds,
            seed: input.seed,
            predictionsPath,
            evaluationPath,
          }));
          return { rows: input.scoring.rows, result: evaluation };
        },
      );
      return {
        predictions: predictions.artifact,
        evaluation: predictions.result.artifact,
        summary: predictions.result.result,
      };
    },
  };
}
