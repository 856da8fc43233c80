import { defineSearchAttributeKey, type SearchAttributeType } from '@temporalio/common';
import { upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import type { ScoreSummary } from '../learning/answers/evaluation-report.js';
import { isBaseline } from '../schemas/baseline-families.js';
import type { ModelFamily } from '../schemas/search.js';
import type { ServiceShare } from '../schemas/services.js';

/** What `temporal workflow list --query` can ask of runs. Every worker makes those that its server does not have yet. */
export const RUN_ATTRIBUTES = {
  /** As in the query `progress`. */
  stage: defineSearchAttributeKey('VqiStage', 'KEYWORD'),
  /** Folder, file or capture, or the run that is searched again. */
  source: defineSearchAttributeKey('VqiSource', 'KEYWORD'),
  /** Services in the captures. */
  services: defineSearchAttributeKey('VqiService', 'KEYWORD_LIST'),
  /** Macro-F1 of the best trial in cross-validation; of runs without a search, on the labelled sessions. */
  bestScore: defineSearchAttributeKey('VqiBestScore', 'DOUBLE'),
  /** How the model does on sessions that it was not trained on: a `RunVerdict`. */
  verdict: defineSearchAttributeKey('VqiVerdict', 'KEYWORD'),
} as const satisfies Record<string, { readonly name: string; readonly type: SearchAttributeType }>;

/** Against the simple rule with the highest accuracy. */
type RunVerdict = 'better than simple rules' | 'no better than a simple rule' | 'not evaluated';

/** Values of a keyword are short, by the limits of the databases behind the server. */
const MOST_CHARACTERS = 250;

/** Names of the attributes that the server has; null: this run was begun by a version that set none. */
let usable: ReadonlySet<string> | null = null;

/** To be called once, before the first stage: a server without an attribute would fail the step that sets it. */
export function useAttributes(names: readonly string[]): void {
  usable = new Set(names);
}

/** Sets attributes that the server has. */
export function setAttributes(values: {
  readonly stage?: string;
  readonly source?: string;
  readonly services?: readonly ServiceShare[];
  readonly bestScore?: number | null;
  readonly score?: ScoreSummary;
  /** Of the model that has this score; missing: there are several. */
  readonly family?: ModelFamily;
}): void {
  if (usable === null) return;
  const { stage, source, services, bestScore, score, family } = values;
  const names =
    services === undefined ? undefined : [...new Set(services.flatMap((each) => each.service ?? []))];
  const set = [
    ...(stage === undefined ? [] : [{ key: RUN_ATTRIBUTES.stage, value: stage }]),
    ...(source === undefined ? [] : [{ key: RUN_ATTRIBUTES.source, value: lastOf(source) }]),
    ...(names === undefined ? [] : [{ key: RUN_ATTRIBUTES.services, value: names }]),
    ...(bestScore == null ? [] : [{ key: RUN_ATTRIBUTES.bestScore, value: bestScore }]),
    ...(score === undefined ? [] : [{ key: RUN_ATTRIBUTES.verdict, value: verdictOf(score, family) }]),
  ].filter(({ key }) => usable?.has(key.name));
  if (set.length > 0) upsertSearchAttributes(set);
}

/** Adds to the memo what is too long for an attribute: the sentences of the verdict, the number of warnings. */
export function setRunMemo(memo: { readonly verdict?: readonly string[]; readonly warnings?: number }): void {
  if (usable !== null) upsertMemo({ ...memo });
}

function verdictOf({ accuracy, baselines }: ScoreSummary, family?: ModelFamily): RunVerdict {
  if (accuracy === null) return 'not evaluated';
  // Smoothed, it may lead over itself.
  if (family !== undefined && isBaseline(family)) return 'no better than a simple rule';
  const [best] = baselines
    .flatMap(({ accuracy: of, lead }) => (lead ? [{ of, lead }] : []))
    .sort((one, other) => other.of - one.of);
  return best !== undefined && (best.lead.accuracy.interval?.low ?? 0) > 0
    ? 'better than simple rules'
    : 'no better than a simple rule';
}

/** The end of a long path says more than its beginning. */
function lastOf(text: string): string {
  return text.length > MOST_CHARACTERS ? `…${text.slice(1 - MOST_CHARACTERS)}` : text;
}
