import { countText } from '../common/count-text.js';
import { settingText } from '../common/setting-text.js';
import { isBaseline } from '../schemas/baseline-families.js';
import { chartFigure, chartGrid, details, type ChartFigure } from './chart-figure.js';
import { trialsChart, type TrialPoint } from './charts/trials.js';
import { html, type Html, table } from './html-element.js';
import type { ReportModel, ReportTrial } from './report-input.js';
import { decimals, percent } from './shown-number.js';

/** Fewer trials of a family say nothing on a hyperparameter. */
const LEAST_TRIALS = 3;
/** Hyperparameters with a wider range than this factor get a logarithmic axis. */
const WIDE_RANGE = 20;

type ScoredTrial = ReportTrial & { readonly mean: NonNullable<ReportTrial['mean']> };

/** Which model was chosen and why: the trials with their budgets and folds, and the score by hyperparameter. */
export async function searchSection(
  model: ReportModel | null,
  trials: readonly ReportTrial[],
): Promise<Html> {
  const scored = trials.filter((trial): trial is ScoredTrial => trial.mean !== null);
  const families = [...new Set(scored.map(({ setting }) => setting.family))].sort(
    (left, right) => Number(isBaseline(left)) - Number(isBaseline(right)),
  );
  const slices = sliceFigures(scored, families);
  return html`${model === null ? '' : html`<p>${model.description}.</p>`}
  ${model === null || model.choice === null ? '' : html`<p>${model.choice}</p>`}
  ${scored.length === 0 ? '' : await chartFigure(overview(scored, families))}
  ${trials.length === 0 ? '' : details(`${trials.length === 1 ? 'The trial, with its' : `All ${trials.length} trials, with their`} folds`, trialTable(trials))}
  ${
    slices.length === 0
      ? ''
      : html`<h3>What the settings did</h3>
          <p>
            Each chart is one hyperparameter of one kind of model, whatever the other hyperparameters were: a
            slope says that the score depends on it, a cloud that it does not matter in this range.
          </p>
          ${await chartGrid(slices)}`
  }`;
}

function overview(trials: readonly ScoredTrial[], families: readonly string[]): ChartFigure {
  const partial = trials.filter(({ budgetShare }) => budgetShare < 1).length;
  return {
    heading: 'Trials',
    caption: `Macro-F1 of each trial in cross-validation, with its 95 % interval; the ring marks the published one.${partial === 0 ? '' : ` Hollow ones (${countText(partial, 'trial')}) had a part of their trees, rounds or rows and were not good enough to get more, so that only filled ones are compared in the end.`}`,
    chart: (width) =>
      trialsChart({
        description: 'Score of each trial',
        xTitle: 'trial',
        points: trials.map((trial) => pointOf(trial, trial.trial)),
        families,
        isLogarithmic: false,
        hasLegend: true,
        width,
      }),
    size: 'wide',
    columns: [],
    rows: [],
    hasTable: false,
  };
}

function pointOf(trial: ScoredTrial, x: number): TrialPoint {
  const { mean, interval, setting, budgetShare, isBest } = trial;
  return {
    x,
    macroF1: mean.macroF1,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    family: setting.family,
    isWhole: budgetShare >= 1,
    isBest,
    hint: `trial ${trial.trial}, ${settingText(setting, budgetShare)}: macro-F1 ${decimals(mean.macroF1)}${interval ? ` (95 % ${decimals(interval.low)} to ${decimals(interval.high)})` : ''}${isBest ? ', published' : ''}`,
  };
}

/** One chart for each hyperparameter that differs between the trials of a family. */
function sliceFigures(trials: readonly ScoredTrial[], families: readonly string[]): ChartFigure[] {
  return families.flatMap((family) => {
    const own = trials.filter(({ setting }) => setting.family === family);
    const names = [...new Set(own.flatMap(({ setting }) => Object.keys(setting)))];
    return names.flatMap((name): ChartFigure[] => {
      const valued = own.flatMap((trial) => {
        const value: unknown = Object.entries(trial.setting).find(([of]) => of === name)?.[1];
        return typeof value === 'number' ? [{ trial, value }] : [];
      });
      const values = [...new Set(valued.map(({ value }) => value))];
      if (values.length < LEAST_TRIALS) return [];
      const [least, most] = [Math.min(...values), Math.max(...values)];
      return [
        {
          heading: `${family}: ${name}`,
          caption: `${valued.length} trials, ${name} from ${shown(least)} to ${shown(most)}.`,
          chart: (width) =>
            trialsChart({
              description: `Score of ${family} by ${name}`,
              xTitle: name,
              points: valued.map(({ trial, value }) => pointOf(trial, value)),
              families,
              isLogarithmic: least > 0 && most / least > WIDE_RANGE,
              hasLegend: false,
              width,
            }),
          size: 'small',
          columns: [name, 'Trial', 'Budget', 'Macro-F1'],
          rows: [...valued]
            .sort((left, right) => left.value - right.value)
            .map(({ trial, value }) => [
              shown(value),
              String(trial.trial),
              percent(trial.budgetShare),
              decimals(trial.mean.macroF1),
            ]),
        },
      ];
    });
  });
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function trialTable(trials: readonly ReportTrial[]): Html {
  const folds = [...new Set(trials.flatMap((trial) => trial.folds.map(({ fold }) => fold)))].sort(
    (left, right) => left - right,
  );
  const rankOf = ({ budgetShare, mean }: ReportTrial): string => {
    if (mean === null) return '–';
    const rivals = trials.flatMap((other) =>
      other.mean !== null && other.budgetShare === budgetShare ? [other.mean.macroF1] : [],
    );
    return `${1 + rivals.filter((macroF1) => macroF1 > mean.macroF1).length} of ${rivals.length}`;
  };
  return table(
    'Cross-validation on groups that the fit had not seen: scores over the windows of all folds, and the macro-F1 of every fold. ★ is the published setting. The budget is the part of its trees, rounds or rows that a trial had; its rank is among trials with the same budget',
    [
      'Trial',
      'Setting',
      'State',
      'Budget',
      'Rank',
      'Macro-F1',
      ...folds.map((fold) => `Fold ${fold + 1}`),
      'Accuracy',
      'Log loss',
      'Reason',
    ],
    trials.map((trial) => [
      html`${trial.trial}${trial.isBest ? ' ★' : ''}`,
      settingText(trial.setting),
      trial.state,
      percent(trial.budgetShare),
      rankOf(trial),
      decimals(trial.mean?.macroF1 ?? null),
      ...folds.map((fold) => decimals(trial.folds.find((score) => score.fold === fold)?.macroF1 ?? null)),
      decimals(trial.mean?.accuracy ?? null),
      decimals(trial.mean?.logLoss ?? null),
      trial.reason ?? '',
    ]),
  );
}
