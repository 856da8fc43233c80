import { flatEntries } from '../../common/flat-entries.js';
import { runConfigSchema, type RunConfig } from '../../schemas/run-config.js';

/** Settings of runs that learn from captures. */
const OF_LEARNING = /^(features\..+|anonymise|splicedShare|parallelCaptures)$/;
/** How captures are read: a model of a dataset that is made for captures keeps them, for those that it is applied to. */
const OF_READING = /^(windows\.(align|lengths)|(segments|service)\..+|sessionGapSeconds)$/;

/** A warning that names the settings of a configuration that change nothing, because its source is a dataset. */
export function unusedSettings(config: RunConfig): string[] {
  const { source } = config;
  if (source.kind !== 'dataset') return [];
  const usual = flatEntries(runConfigSchema.parse({ source }));
  const unused = [...flatEntries(config)]
    .filter(([name]) => OF_LEARNING.test(name) || (OF_READING.test(name) && !source.forCaptures))
    .filter(([name, value]) => usual.get(name) !== value)
    .map(([name]) => name);
  return unused.length === 0
    ? []
    : [
        `${unused.join(', ')}: ${unused.length === 1 ? 'this setting changes' : 'these settings change'} nothing in this run, because its source is a dataset, which has its windows and features already; leave ${unused.length === 1 ? 'it' : 'them'} out`,
      ];
}
