import { writeFile } from 'node:fs/promises';
import type { DatasetAudit } from '../../learning/answers/evaluation-report.js';
import { learningRows } from '../../learning/answers/learning-rows.js';
import { columnSkills } from '../../learning/evaluation/leak-check.js';
import { leakageGap } from '../../learning/evaluation/leakage-gap.js';
import { takeAt, takeRows } from '../../learning/fitting/feature-matrix.js';
import { readFeatureFile } from '../../warehouse/features/feature-file.js';
import type { ComputeTask } from '../threads/compute-task.js';

/** Measures how well each column alone predicts the label of training rows, and how much higher a split by row would score. */
export const auditTrainingSetTask: ComputeTask<'auditTrainingSet'> = async (input, report) => {
  const { classes, seed } = input;
  const classCount = classes.length;
  report({ stage: 'columns that reveal the label' });
  const training = learningRows(await readFeatureFile(input.trainingPath), classes);
  const own = Int32Array.from(training.folds.keys()).filter((row) => training.source.isSpliced[row] === 0);
  const skills = columnSkills({
    features: takeRows(training.features, own),
    labels: takeAt(training.labels, own),
    classCount,
    folds: takeAt(training.folds, own),
  });

  report({ stage: 'leakage gap' });
  const scoring = learningRows(await readFeatureFile(input.scoringPath), classes);
  const labelled = Int32Array.from(scoring.folds.keys()).filter(
    (row) => scoring.folds[row]! >= -1 && scoring.labels[row]! >= 0,
  );
  const gap = leakageGap({
    features: takeRows(scoring.features, labelled),
    labels: takeAt(scoring.labels, labelled),
    classCount,
    folds: takeAt(scoring.folds, labelled),
    groups: takeAt(scoring.groups, labelled),
    seed,
  });
  const audit: DatasetAudit = { skills, gap };
  await writeFile(input.auditPath, JSON.stringify(audit));
  return audit;
};
