import { countText } from '../common/count-text.js';
import type {
  ImportanceScore,
  PermutationImportance,
} from '../learning/evaluation/permutation-importance.js';
import { featureOfColumn, groupOfColumn } from '../schemas/features/feature-of-column.js';
import { chartGrid, type ChartFigure } from './chart-figure.js';
import { scoresChart } from './charts/scores.js';
import { html, type Html } from './html-element.js';
import { decimals } from './shown-number.js';

const DRAWN = 15;
/** Features that are explained in a sentence. */
const EXPLAINED = 10;

/** What the predictions depend on: permutation importance by group and by feature, and what the first features are. */
export async function importanceSection(importance: PermutationImportance): Promise<Html> {
  const { windows, heldOut, repeats, macroF1, groups, features, featuresLeft } = importance;
  const used = features.filter(({ fall, logLossRise }) => fall > 0 || logLossRise > 0);
  return html`<p>
      The values of a group of features were shuffled among
      ${windows < heldOut ? `${windows} of ` : ''}${countText(heldOut, 'held-out window')},
      ${countText(repeats, 'time')}, and the windows predicted again, each by itself. How far the macro-F1
      falls from ${decimals(macroF1)} says how much the model relies on the group. If another feature says the
      same, shuffling one of the two costs little${groups.length > 1 ? ': read the groups first' : ''}.
      ${used.length === features.length ? '' : `Without ${countText(features.length - used.length, 'feature')}, each shuffled alone, the predictions are as good.`}
      ${featuresLeft === 0 ? '' : `${countText(featuresLeft, 'feature')} ${featuresLeft === 1 ? 'was' : 'were'} not shuffled one by one.`}
    </p>
    ${await chartGrid([
      ...(groups.length > 1 ? [figureOf('By group of features', groups, 'group')] : []),
      ...(used.length === 0 ? [] : [figureOf('By feature', used, 'feature')]),
    ])}
    ${explanations(used.slice(0, EXPLAINED).map(({ name }) => name))}`;
}

/** One sentence on each of the first features that the catalogue has; columns of a dataset may have any meaning. */
function explanations(names: readonly string[]): Html | '' {
  const known = names.flatMap((name) => {
    const feature = featureOfColumn(name);
    return feature === null ? [] : [{ name, feature }];
  });
  const others = names.length - known.length;
  if (names.length === 0) return '';
  if (known.length === 0)
    return html`<p>
      The features are columns of the dataset, which the feature catalogue does not describe.
    </p>`;
  return html`<h3>What the first features are</h3>
    <ol class="features">
      ${known.map(({ name, feature: { definition, unit } }) => html`<li><code>${name}</code>: ${definition.charAt(0).toUpperCase()}${definition.slice(1)} (${unit}; ${groupOfColumn(name)}).</li>`)}
    </ol>
    ${others === 0 ? '' : html`<p>${others} of the first ${names.length} ${others === 1 ? 'is a column' : 'are columns'} of the dataset that the feature catalogue does not describe.</p>`}`;
}

function figureOf(
  heading: string,
  scores: readonly ImportanceScore[],
  kind: 'group' | 'feature',
): ChartFigure {
  const left = scores.length - DRAWN;
  return {
    heading,
    caption: `Fall of the macro-F1 if the values of the ${kind} are shuffled: the mean, and the range of the repeats as a line.${left > 0 ? ` The first ${DRAWN} are drawn; the table has all ${scores.length}.` : ''}`,
    chart: (width) =>
      scoresChart({
        description: `Permutation importance of each ${kind}`,
        xTitle: 'fall of the macro-F1',
        as: 'bars',
        reference: null,
        width,
        lines: scores.slice(0, DRAWN).map(({ name, features, fall, low, high }) => ({
          name,
          value: fall,
          low,
          high,
          hint: `${name}${kind === 'group' ? ` (${countText(features, 'feature')})` : ''}: macro-F1 falls by ${decimals(fall)} (${decimals(low)} to ${decimals(high)})`,
        })),
      }),
    size: 'small',
    columns:
      kind === 'group'
        ? ['Group', 'Features', 'Fall of macro-F1', 'Range', 'Rise of log loss']
        : ['Feature', 'Group', 'Fall of macro-F1', 'Range', 'Rise of log loss'],
    rows: scores.map(({ name, features, fall, low, high, logLossRise }) => [
      name,
      kind === 'group' ? String(features) : groupOfColumn(name),
      decimals(fall),
      `${decimals(low)} to ${decimals(high)}`,
      decimals(logLossRise),
    ]),
  };
}
