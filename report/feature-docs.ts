import { FEATURES } from '../schemas/features.js';
import { FEATURE_GROUPS, type FeatureDefinition } from '../schemas/features/feature-definition.js';
import { PUBLISHED_ALIASES, PUBLISHED_EXCLUSIONS } from '../schemas/features/published-columns.js';

const FAMILIES = { Net: 'Network', Tran: 'Transport', App: 'Application (media segments)' } as const;

const INTRODUCTION = `# Features

One row of \`feat_windows\` per session and window. This page is written by \`npm run docs:features\` from
\`schemas/features.ts\`, which also makes the table \`feature_catalogue\` of every run and the checks on it.

- **Null** means not observable, **0** observed to be zero. On QUIC all columns from TCP headers are null.
- **Published** columns bear the names and units of the dataset of Bronzino et al., "Inferring Streaming Video Quality from
  Encrypted Traffic" (2020); **own** ones are this project's.
- **Evidence**: *exact*, the definition reproduces the published values; *certain*, the authors' code or paper say so, or
  the name leaves no choice; *inferred*, the likeliest reading of name and known values.
- **Input**: runs on captures learn from it by default. Not so columns that are computed as published in spite of a fault
  (their correct twin is named) and facts about the capture. \`features.families\` and \`features.groups\` in a run
  configuration choose among the inputs; \`features.history\` \`recent\` leaves the group \`all segments so far\` out.
- \`user\` is upstream, \`server\` downstream. Standard deviations are those of a population, percentiles are interpolated
  linearly. A gap or slack belongs to the window of its later event.`;

/** The page `docs/features.md`: every feature, the aliases, and the published columns that are left out. */
export function featureDocs(): string {
  const families = Object.entries(FAMILIES).map(
    ([family, title]) =>
      `## ${title}\n\n${FEATURE_GROUPS.flatMap((group) => {
        const features = FEATURES.filter((feature) => feature.family === family && feature.group === group);
        return features.length === 0 ? [] : [`### ${group}\n\n${tableOf(features)}`];
      }).join('\n\n')}`,
  );
  return `${[INTRODUCTION, ...families, aliases(), exclusions()].join('\n\n')}\n`;
}

function tableOf(features: readonly FeatureDefinition[]): string {
  const rows = features.map(
    ({ name, unit, definition, nullWhen, source, evidence, isInput, correctTwin }) =>
      `| \`${name}\` | ${unit} | ${definition} | ${nullWhen} | ${source}, ${evidence} | ${inputCell(isInput, correctTwin)} |`,
  );
  return [
    '| column | unit | definition | null when | source | input |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function inputCell(isInput: boolean, correctTwin: string | undefined): string {
  if (correctTwin !== undefined) return `no: \`${correctTwin}\``;
  return isInput ? 'yes' : 'no';
}

function aliases(): string {
  const names = Object.keys(PUBLISHED_ALIASES).map((name) => `\`${name}\``);
  return `## Aliases\n\nThe published dataset repeats ${names.length} columns under a name with a final R, equal but for rounding. They are no columns here; a model that asks for one is given the column without the R: ${names.join(', ')}.`;
}

function exclusions(): string {
  const reasons = new Map<string, string[]>();
  for (const [name, reason] of Object.entries(PUBLISHED_EXCLUSIONS)) {
    reasons.set(reason, [...(reasons.get(reason) ?? []), `\`${name}\``]);
  }
  const lines = [...reasons].map(([reason, names]) => `- ${reason}: ${names.join(', ')}.`);
  return `## Published columns that a capture does not yield\n\n${lines.join('\n')}`;
}
