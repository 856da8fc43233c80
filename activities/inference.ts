import type { ArtifactRef } from '../schemas/artifact.js';
import type { ModelFile } from '../warehouse/stored-models.js';
import { makeArtifact } from './artifacts.js';
import { homePaths, type ActivityDependencies } from './dependencies.js';
import { heartbeatWhile } from './heartbeat-while.js';

export function createInferenceActivities({ home, compute }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** What a model says of every window of unlabelled sessions, a JSON object a line. */
    async inferSessions({
      model,
      features,
      windowSeconds,
    }: {
      model: ModelFile;
      features: ArtifactRef;
      windowSeconds: number;
    }): Promise<ArtifactRef> {
      const { artifact } = await heartbeatWhile((onProgress, signal) =>
        makeArtifact(paths.artifacts, 'predictions', 'ndjson', async (predictionsPath) => {
          const { windows } = await compute.run(
            'inferSessions',
            { modelPath: model.path, featuresPath: features.path, windowSeconds, predictionsPath },
            { onProgress, signal },
          );
          return { rows: windows, result: null };
        }),
      );
      return artifact;
    },
  };
}
