import { ApplicationFailure, isCancellation } from '@temporalio/workflow';
import type { FittedModelRef } from '../../activities/computing/models.js';
import type { ChosenTrial } from '../../activities/computing/trials.js';
import type { PreparedSearch, RankedTrial } from '../../activities/warehouse/search-records.js';
import type { ScoreSummary } from '../../learning/answers/evaluation-report.js';
import type { TrainedOn } from '../../learning/saved/serialise.js';
import type { ModelStanding } from '../../schemas/model-standing.js';
import type { RunConfig } from '../../schemas/run-config.js';
import { computing, filing, warehouse } from '../activity-options.js';
import { finishRun } from '../as-run.js';
import { failureReason } from '../failure-reason.js';
import { setAttributes, setRunMemo } from '../run-attributes.js';
import type { RankedChoice } from './choose-among.js';

/** The published model of a search. */
export interface SearchConclusion {
  readonly modelId: string;
  readonly bestTrial: number;
  readonly family: string;
  readonly crossValidatedMacroF1: number;
  /** Which trial was chosen and what it was compared with; null for a search that an earlier version started. */
  readonly choice: ChosenTrial | null;
  readonly score: ScoreSummary;
  /** Of the chosen trial, of its fit on all training sessions, and of better trials that could not be fitted. */
  readonly warnings: readonly string[];
  readonly files: readonly string[];
  /** What was learnt from, how right it is, what not to trust it for; absent in results of an earlier version. */
  readonly verdict?: readonly string[];
  /** Whether the model is the current one, and why; null for a part of a cross-evaluation. */
  readonly standing: ModelStanding | null;
}

/**
 * Fits the chosen trial on all training sessions, evaluates it on the held-out sessions, writes the report, and
 * makes the results visible as the last step. A second call with the same trials changes nothing.
 */
export async function concludeSearch(
  ofRun: string,
  { runId, config, trainingSet, audit, gap, warnings: before }: PreparedSearch,
  { ranked, choice: found }: RankedChoice,
  warnings: readonly string[],
  enter: (stage: 'fitting the best model' | 'evaluating' | 'reporting') => void,
): Promise<SearchConclusion> {
  const { training, scoring, classesPx } = trainingSet;
  const { seed } = config;
  const windowSeconds = config.windows.seconds;
  const { dwellSeconds: configured } = config.search;
  const dwellSeconds = configured === 'auto' ? trainingSet.dwellSeconds : configured;
  enter('fitting the best model');
  const { best, model, passedOver } = await fitFirstThatFits(ranked, ({ spec }) =>
    computing.fitBestModel.executeWithOptions({ summary: `trial ${spec.trial}, ${spec.setting.family}` }, [
      {
        ...{ runId, spec, training, classesPx, windowSeconds, dwellSeconds, seed },
        dwellIsAutomatic: configured === 'auto',
        wrongShare: config.search.wrongShare,
        ...trainedOn(config),
      },
    ]),
  );
  const choice = found && withFallback(found, best, passedOver);
  const allWarnings = [...before, ...warnings, ...passedOver, ...(choice?.warnings ?? [])];

  setAttributes({ bestScore: best.macroF1 });
  enter('evaluating');
  const scored = await computing.scoreModel.executeWithOptions(
    { summary: 'predict and evaluate the held-out sessions' },
    [{ model: model.artifact, training, scoring, windowSeconds, seed }],
  );
  const { predictions, evaluation, summary } = scored;
  const isPart = config.split.part !== null;
  const published = await warehouse.publishRun.executeWithOptions(
    { summary: 'predictions, evaluation, timeline' },
    [{ runId, config, model, choice, predictions, evaluation, audit, summary, isPart }],
  );

  setAttributes({ score: summary, family: best.spec.setting.family });
  setRunMemo({ verdict: published.verdict, warnings: allWarnings.length });
  enter('reporting');
  const data = await warehouse.collectReport.executeWithOptions(
    { summary: 'collect the data of the report' },
    [{ runId, config, model, choice, evaluation, gap, warnings: allWarnings }],
  );
  const report = await filing.writeReport.executeWithOptions({ summary: 'charts and page' }, [
    { runId, data },
  ]);
  const finished = await finishRun({
    runId: ofRun,
    buildId: runId,
    files: [...report.files, ...published.files],
    modelId: isPart ? null : model.modelId,
    isShown: !isPart,
  });
  return {
    modelId: model.modelId,
    bestTrial: best.spec.trial,
    family: best.spec.setting.family,
    crossValidatedMacroF1: best.macroF1,
    choice,
    score: summary,
    warnings: [
      ...new Set([...allWarnings, ...model.warnings, ...best.warnings, ...(finished.warnings ?? [])]),
    ],
    files: finished.files,
    standing: finished.standing,
    verdict: published.verdict,
  };
}

/** A choice whose trial could not be fitted says which one is published instead. */
function withFallback(
  { text, ...choice }: NonNullable<RankedChoice['choice']>,
  { spec }: RankedTrial,
  passedOver: readonly string[],
): ChosenTrial {
  if (passedOver.length === 0) return { text, ...choice };
  const instead = `trial ${spec.trial} (${spec.setting.family}) is published instead`;
  return { ...choice, text: `${text} But ${passedOver.join('; ')}: ${instead}.`, warnings: [] };
}

/** A setting that was scored on the folds may still fail on all training rows. Then the next best one is fitted. */
async function fitFirstThatFits(
  ranked: readonly RankedTrial[],
  fit: (trial: RankedTrial) => Promise<FittedModelRef>,
): Promise<{ best: RankedTrial; model: FittedModelRef; passedOver: readonly string[] }> {
  const passedOver: string[] = [];
  for (const best of ranked) {
    try {
      return { best, model: await fit(best), passedOver };
    } catch (error) {
      if (isCancellation(error)) throw error;
      passedOver.push(
        `trial ${best.spec.trial} could not be fitted on all training sessions: ${failureReason(error)}`,
      );
    }
  }
  throw ApplicationFailure.nonRetryable(`no trial could be fitted: ${passedOver.join('; ')}`, 'SearchFailed');
}

/** What the file of a model says of the captures that it was trained on; nothing for a dataset. */
function trainedOn({ source, windows, segments, service, sessionGapSeconds }: RunConfig): {
  captures?: TrainedOn;
} {
  if (source.kind !== 'captures') return {};
  const origins = (['simulated', 'spliced'] as const).filter((origin) => source[origin]);
  return { captures: { reading: { windows, segments, service, sessionGapSeconds }, origins } };
}
