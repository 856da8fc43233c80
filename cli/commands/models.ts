import { readFile } from 'node:fs/promises';
import { countText } from '../../common/count-text.js';
import { settingText } from '../../common/setting-text.js';
import type { ScoreSummary } from '../../learning/answers/evaluation-report.js';
import { deserialiseModel } from '../../learning/saved/serialise.js';
import type { DataOrigin } from '../../schemas/data-origin.js';
import type { TrialSetting } from '../../schemas/search.js';
import {
  listModels,
  showModel,
  type ListedModel,
  type ShownModel,
} from '../../warehouse/reading/list-models.js';
import { clockText } from '../clock-text.js';
import { fromWarehouse } from '../from-warehouse.js';
import { plainTable } from '../plain-table.js';
import { printAnswer, type AnswerOptions } from '../print-answer.js';
import { figure, runText, scoreRows } from '../result-table.js';
import { wrapText } from '../wrap-text.js';

const MOST_MODELS = 10;
const MOST_SOURCES = 5;
const CELL_WIDTH = 32;
const TEXT_WIDTH = 100;

/** `vqi models`: all models, the newest first. */
export async function runModelsCommand(options: AnswerOptions): Promise<void> {
  const models = await fromWarehouse(listModels);
  printAnswer(options, models, () => listText(models));
}

function listText(models: readonly ListedModel[]): string {
  if (models.length === 0)
    return 'no models yet: vqi start trains one, from labelled captures or a dataset\n';
  const table = plainTable(['model', 'made (UTC)', 'from', 'kind', 'accuracy', 'standing']);
  for (const model of models.slice(0, MOST_MODELS)) {
    const { modelId, family, madeAt, runId, source, kind } = model;
    table.push([
      `${modelId}\n${family}`,
      clockText(madeAt),
      `run ${runId}${source === null ? '' : `\n${wrapText(source.replaceAll('/', '/ '), CELL_WIDTH).replaceAll('/ ', '/')}`}`,
      wrapText(kindText(kind), CELL_WIDTH),
      scoreText(model),
      wrapText(standingText(model), CELL_WIDTH),
    ]);
  }
  const more =
    models.length > MOST_MODELS ? `and ${models.length - MOST_MODELS} more: vqi models --json\n` : '';
  return `${table.toString()}\n${more}`;
}

/** The model and the names of its features; null: its file is gone. */
type AnsweredModel = ShownModel & { readonly featureNames: readonly string[] | null };

/** `vqi models show MODEL`: what is known of one model. */
export async function runShowModelCommand(
  modelId: string | undefined,
  options: AnswerOptions,
): Promise<void> {
  const shown = await fromWarehouse((warehouse) => showModel(warehouse, modelId ?? null));
  const text = await readFile(shown.artifactPath, 'utf8').catch(() => null);
  const model = {
    ...shown,
    featureNames: text === null ? null : deserialiseModel(text).model.featureNames,
  };
  printAnswer(options, model, () => modelText(model));
}

function modelText(model: AnsweredModel): string {
  const { training, evaluation, choice, setting, data, featureNames, classesPx } = model;
  const table = plainTable();
  table.push(
    ['model', model.modelId],
    ['standing', wrapText(standingText(model), TEXT_WIDTH)],
    ['kind', wrapText(kindText(model.kind), TEXT_WIDTH)],
    ['made (UTC)', clockText(model.madeAt)],
    ['run', `${runText(model.runId, model.origins as DataOrigin[])}, trial ${model.trial}`],
    ['setting', wrapText(settingText(setting as TrialSetting), TEXT_WIDTH)],
    ['classes', classesPx.map((heightPx) => `${heightPx}p`).join(' ')],
    [
      'learnt from',
      `${countText(training.rows, 'window')} of ${countText(training.sessions, 'session')} (SHA-256 ${training.sha256})`,
    ],
    ['source', sourceText(model.source, data)],
    [
      'features',
      `${model.features}${featureNames === null ? `; their names are not known, as ${model.artifactPath} is gone` : wrapText(`: ${featureNames.join(', ')}`, TEXT_WIDTH)}`,
    ],
    ['file', model.artifactPath],
    ...(choice === null ? [] : [['choice', wrapText(choice, TEXT_WIDTH)]]),
    ...(model.score === null
      ? [['evaluated on', 'nothing: no labelled session was held out']]
      : scoreRows(evaluation as ScoreSummary, model.family)),
  );
  return `${table.toString()}\n`;
}

function sourceText(source: string | null, data: ShownModel['data']): string {
  const shown = data.slice(0, MOST_SOURCES).map(({ name, content, hash }) => `${name}: ${content}, ${hash}`);
  const more = data.length > MOST_SOURCES ? [`and ${data.length - MOST_SOURCES} more: --json has all`] : [];
  return [source ?? 'not known', ...shown, ...more].join('\n');
}

function kindText(kind: string | null): string {
  return kind ?? 'part of a cross-evaluation: it replaces no model';
}

function standingText({ isCurrent, standing }: ListedModel): string {
  return `${isCurrent ? 'current' : 'not current'}: ${standing ?? 'its run is not finished'}`;
}

function scoreText({ score }: ListedModel): string {
  if (score === null) return 'not known';
  const { sessions, accuracy, baseline } = score;
  return [
    `${figure(accuracy)} on ${countText(sessions, 'session')}`,
    ...(baseline === null
      ? []
      : baseline.isModel
        ? ['the best simple rule']
        : [`best simple rule ${figure(baseline.accuracy)}`, `(${baseline.name})`]),
  ].join('\n');
}
