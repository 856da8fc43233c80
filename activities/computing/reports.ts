import type { ReportInput } from '../../report/report-input.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { readOwnJson } from '../artifacts.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { heartbeatWhile } from '../heartbeat-while.js';

export function createReportActivities({ home, compute }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** Writes the charts and the page of a run from the data that `collectReport` or another activity stored. */
    async writeReport({
      runId,
      data,
    }: {
      runId: string;
      data: ArtifactRef;
    }): Promise<{ files: readonly string[] }> {
      const report = await readOwnJson<ReportInput>(data.path);
      return await heartbeatWhile((onProgress, signal) =>
        compute.run('renderReport', { data: report, folder: paths.run(runId) }, { onProgress, signal }),
      );
    },
  };
}
