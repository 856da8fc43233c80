import type { ArtifactRef } from '../../schemas/artifact.js';
import { makeArtifact, readOwnJson } from '../artifacts.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { heartbeatWhile } from '../heartbeat-while.js';
import type { PlannedList } from '../planning/capture-list.js';
import type { CaptureList, PlayerLogSource } from '../planning/run-plan.js';

/** A dataset converted to Parquet; notes name columns that were not read. */
export interface ReadDatasetResult {
  readonly dataset: ArtifactRef;
  readonly format: string;
  readonly compression: string | null;
  readonly notes: readonly string[];
}

export function createDatasetActivities({ home, compute, inputs }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** Converts a labelled dataset to a Parquet artifact. The same file gives the same artifact. */
    async readDataset({ path }: { path: string }): Promise<ReadDatasetResult> {
      const { artifact, result } = await heartbeatWhile((onProgress, signal) =>
        inputs.use([path], ([file]) =>
          makeArtifact(paths.artifacts, 'dataset', 'parquet', async (outputPath) => {
            const input = { path: file?.here ?? path, outputPath };
            const read = await compute.run('readDataset', input, { onProgress, signal });
            return { rows: read.rows, result: read };
          }),
        ),
      );
      const { format, compression, notes } = result;
      return { dataset: artifact, format, compression, notes };
    },

    /**
     * Converts player logs to one artifact with one JSON object per log. The same logs give the same artifact.
     * @throws PlayerLogError naming file and row
     */
    async readPlayerLogs(input: {
      logs: readonly PlayerLogSource[];
      /** Has the logs instead if they are many. */
      list?: CaptureList | undefined;
      ladder: readonly number[];
    }): Promise<ArtifactRef> {
      const { ladder, list } = input;
      const logs =
        list === undefined ? input.logs : (await readOwnJson<PlannedList>(list.artifact.path)).playerLogs;
      const { artifact } = await heartbeatWhile((onProgress, signal) =>
        inputs.use(
          logs.map(({ path }) => path),
          (files) =>
            makeArtifact(paths.artifacts, 'player-logs', 'jsonl', async (outputPath) => {
              const { rows } = await compute.run(
                'readPlayerLogs',
                {
                  logs: logs.map((log, at) => ({ ...log, here: files[at]?.here ?? log.path })),
                  ladder,
                  outputPath,
                },
                { onProgress, signal },
              );
              return { rows, result: null };
            }),
        ),
      );
      return artifact;
    },
  };
}
