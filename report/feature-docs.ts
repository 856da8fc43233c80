import { FEATURE_GROUPS, type FeatureDefinition } from '../schemas/features/feature-definition.js';
import { PUBLISHED_ALIASES, PUBLISHED_EXCLUSIONS } from '../schemas/features/published-columns.js';
import { FEATURES } from '../schemas/features.js';

const FAMILIES = { Net: 'Network', Tran: 'Transport', App: 'Application (media segments)' } as const;

const INTRODUCTION = `# Features

One row of \`feat_windows\` per session and window. \`npm run docs:features\` writes this page from
\`schemas/features.ts\`, which also defines the table \`feature_catalogue\` of every run and its checks.

- **Null** means not observable, **0** observed to be zero. On QUIC all columns from TCP headers are null.
- **Published** columns have the names and units of the dataset of Bronzino et al., "Inferring Streaming Video Quality from
  Encrypted Traffic" (2020); **own** columns are this project's.
- **Evidence**: *exact*: the definition reproduces the published values; *certain*: the authors' code or paper says so, or
  the name is unambiguous; *inferred*: the most likely reading of the name and the known values.
- **Input**: *yes* if runs on captures learn from the column by default. *No* for facts about the capture and for columns
  that are computed as published although that is faulty (the correct column is named instead). In a run configuration,
  \`features.families\` and \`features.groups\` select among the inputs; \`features.history\` \`recent\` excludes the group
  \`all segments so far\`.
- \`user\` is upstream, \`server\` downstream. Standard deviations are population standard deviations, percentiles are
  interpolated linearly. A gap or slack belongs to the window of its later event.`;

/** The page `docs/features.md`: all features, the aliases, and the published columns that are excluded. */
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
  return `## Aliases\n\nThe published dataset has ${names.length} columns twice, the second time with a final R in the name and other rounding. They are not columns here; a model that uses one gets the column without the R: ${names.join(', ')}.`;
}

function exclusions(): string {
  const reasons = new Map<string, string[]>();
  for (const [name, reason] of Object.entries(PUBLISHED_EXCLUSIONS)) {
    reasons.set(reason, [...(reasons.get(reason) ?? []), `\`${name}\``]);
  }
  const lines = [...reasons].map(([reason, names]) => `- ${reason}: ${names.join(', ')}.`);
  return `## Published columns that cannot be computed from a capture\n\n${lines.join('\n')}`;
}
