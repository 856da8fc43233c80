import { LEAK_SKILL, type ColumnSkill } from '../../learning/evaluation/leak-check.js';
import type { LeakageGap } from '../../learning/evaluation/leakage-gap.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { DatasetError } from '../../common/dataset-error.js';
import { makeArtifact } from '../artifacts.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { heartbeatWhile } from '../heartbeat-while.js';

export interface AuditResult {
  /** Every column's skill, and the gap: JSON. */
  readonly audit: ArtifactRef;
  readonly gap: LeakageGap | null;
  /** One a column that tells the label almost alone. */
  readonly warnings: readonly string[];
}

export function createAuditActivities({ home, compute }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /**
     * Looks for columns that tell the label almost alone in sessions that they were not fitted on, and measures what a
     * split of rows at random would make believe.
     * @throws DatasetError naming such columns, where the run is strict.
     */
    async auditTrainingSet(input: {
      training: ArtifactRef;
      scoring: ArtifactRef;
      classesPx: readonly number[];
      strict: boolean;
      seed: number;
    }): Promise<AuditResult> {
      const { training, scoring, classesPx, strict, seed } = input;
      const { artifact, result } = await heartbeatWhile((onProgress, signal) =>
        makeArtifact(paths.artifacts, 'audit', 'json', async (auditPath) => {
          const task = {
            trainingPath: training.path,
            scoringPath: scoring.path,
            classes: classesPx,
            seed,
            auditPath,
          };
          const audit = await compute.run('auditTrainingSet', task, { onProgress, signal });
          return { rows: null, result: audit };
        }),
      );
      const suspects = result.skills.filter(({ skill }) => skill >= LEAK_SKILL);
      if (strict && suspects.length > 0) {
        throw new DatasetError(
          `${suspects.map(suspicion).join('; ')}. Name what knows the answer in source.excludeColumns, or leave strict out`,
        );
      }
      return { audit: artifact, gap: result.gap, warnings: suspects.map(suspicion) };
    },
  };
}

function suspicion({ column, balancedAccuracy }: ColumnSkill): string {
  return `column ${column} alone tells ${(100 * balancedAccuracy).toFixed(1)} % of the labels of other sessions (mean over the classes): is it a copy of the label?`;
}
