import { DatasetError } from '../../common/dataset-error.js';
import { percentText } from '../../common/percent-text.js';
import { shellWord } from '../../common/shell-word.js';
import { LEAK_SKILL, type ColumnSkill } from '../../learning/evaluation/leak-check.js';
import type { LeakageGap } from '../../learning/evaluation/leakage-gap.js';
import type { ArtifactRef } from '../../schemas/artifact.js';
import { makeArtifact } from '../artifacts.js';
import { homePaths, type ActivityDependencies } from '../dependencies.js';
import { heartbeatWhile } from '../heartbeat-while.js';

export interface AuditResult {
  /** JSON: the skill of every column, and the gap. */
  readonly audit: ArtifactRef;
  readonly gap: LeakageGap | null;
  /** One per column that reveals the label. */
  readonly warnings: readonly string[];
}

export function createAuditActivities({ home, compute }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /**
     * Looks for single columns that reveal the label of sessions in other folds, and measures how much higher a random split
     * of rows would score.
     * @throws DatasetError naming such columns, if `strict` is set
     */
    async auditTrainingSet(input: {
      training: ArtifactRef;
      scoring: ArtifactRef;
      classesPx: readonly number[];
      strict: boolean;
      /** False: all columns are features of captures; absent before the remedy was named. */
      isDataset?: boolean;
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
      const texts = (found: readonly ColumnSkill[]): string[] =>
        found.map((skill) => suspicion(skill, input.isDataset === true));
      const suspects = result.skills.filter(({ skill }) => skill >= LEAK_SKILL);
      if (strict && suspects.length > 0) {
        throw new DatasetError(`${texts(suspects).join('; ')}; without strict, this is a warning`);
      }
      return { audit: artifact, gap: result.gap, warnings: texts(suspects) };
    },
  };
}

function suspicion({ column, balancedAccuracy }: ColumnSkill, isDataset: boolean): string {
  const remedy = isDataset
    ? ` Then leave it out with --exclude-column ${shellWord(column)} (in a configuration source.excludeColumns)`
    : '';
  return `column ${column} alone predicts ${percentText(balancedAccuracy, 1)} of the labels of other sessions (mean over the classes): is it a copy of the label?${remedy}`;
}
