import type { z } from 'zod';
import { createRandom, deriveSeed, type Random } from '../../common/random.js';
import { BASELINE_FAMILIES, isBaseline } from '../../schemas/baseline-families.js';
import { SEARCH_DISTRIBUTIONS, searchRangesSchema, type Distribution } from '../../schemas/search-space.js';
import {
  trialSettingSchema,
  type SearchConfig,
  type TrialSetting,
  type TrialSpec,
} from '../../schemas/search.js';

type DrawnFamily = keyof SearchConfig['ranges'];

/**
 * Trials of a search, numbered from `first`: `count` random settings with the families in turn, then the listed settings.
 * The setting of a number depends only on seed, families and ranges, so drawing more trials keeps the earlier ones.
 * Baselines have no hyperparameters to draw: if no other family is named, nothing is drawn.
 */
export function drawTrials(
  search: Pick<SearchConfig, 'families' | 'ranges' | 'rowCap'>,
  seed: number,
  { trials: count, settings }: Pick<SearchConfig, 'trials' | 'settings'>,
  first = 1,
): TrialSpec[] {
  const families = search.families.filter((family): family is DrawnFamily => !isBaseline(family));
  const drawn = Array.from({ length: families.length === 0 ? 0 : count }, (_, index) => {
    const trial = first + index;
    const family = families[(trial - 1) % families.length]!;
    return drawSetting(family, search, createRandom(deriveSeed(seed, `trial-${trial}`)));
  });
  return [...drawn, ...settings].map((setting, index) => ({ trial: first + index, setting }));
}

/** One trial of each baseline that is not among the trials already, numbered after them. */
export function baselineTrials(trials: readonly TrialSpec[]): TrialSpec[] {
  const known = new Set(trials.map(({ setting }) => JSON.stringify(setting)));
  return BASELINE_FAMILIES.map((family) => trialSettingSchema.parse({ family }))
    .filter((setting) => !known.has(JSON.stringify(setting)))
    .map((setting, index) => ({ trial: trials.length + 1 + index, setting }));
}

/** Draws the hyperparameters with a range; the others are the row cap of the search or the defaults of the setting. */
function drawSetting(
  family: DrawnFamily,
  { ranges, rowCap }: Pick<SearchConfig, 'ranges' | 'rowCap'>,
  random: Random,
): TrialSetting {
  const configured = new Map<string, unknown>(Object.entries(ranges[family]));
  const values = new Map<string, unknown>([['family', family]]);
  for (const [name, schema] of Object.entries(searchRangesSchema.shape[family].unwrap().shape)) {
    values.set(name, draw(SEARCH_DISTRIBUTIONS.get(schema)!.distribution, configured.get(name), random));
  }
  if (family in rowCap) values.set('rowCap', rowCap[family as keyof typeof rowCap]);
  const settingSchema = trialSettingSchema.options.find((option) => option.shape.family.value === family)!;
  const shape: Readonly<Record<string, z.ZodType>> = settingSchema.shape;
  return Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [name, values.get(name) ?? schema.parse(undefined)]),
  ) as TrialSetting;
}

function draw(distribution: Distribution, configured: unknown, random: Random): unknown {
  if (distribution === 'fixed') return configured;
  if (distribution === 'choice') {
    const choices = configured as readonly unknown[];
    return choices[random.integer(choices.length)];
  }
  const { from, to } = configured as { readonly from: number; readonly to: number };
  const uniform = (low: number, high: number): number => low + (high - low) * random.uniform();
  switch (distribution) {
    case 'uniform integer':
      return from + random.integer(to - from + 1);
    case 'log-uniform integer':
      return Math.round(Math.exp(uniform(Math.log(from), Math.log(to))));
    case 'uniform':
      return rounded(uniform(from, to));
    case 'log-uniform':
      return rounded(Math.exp(uniform(Math.log(from), Math.log(to))));
  }
}

/** Rounds to three significant digits, so that a person can read a setting and type it again. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
