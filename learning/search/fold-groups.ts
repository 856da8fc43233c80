import { countText } from '../../common/count-text.js';
import { DatasetError } from '../../common/dataset-error.js';
import { percentText } from '../../common/percent-text.js';
import type { GroupKind } from '../../schemas/dataset-adapters.js';
import type { RunConfig } from '../../schemas/run-config.js';
import type { SessionRows } from './assign-groups.js';
import { unknownText } from './choice-text.js';
import { componentNames } from './component-names.js';

/** What a fold consists of. */
export type FoldKind = GroupKind | 'session';

/** One site, video, home or date that a session has. */
export interface GroupValue {
  readonly session: string;
  readonly kind: GroupKind;
  readonly value: string;
}

/** A kind of group that folds may keep whole, and why they do or do not. */
export interface TriedGroups {
  readonly kind: FoldKind;
  /** Among the sessions to learn from. */
  readonly groups: number;
  readonly isChosen: boolean;
  readonly reason: string;
}

export interface FoldGroups {
  /** The group of each session to learn from. */
  readonly groupOf: ReadonlyMap<string, string>;
  /** Whether these are the groups of `split.by`. */
  readonly areSplitGroups: boolean;
  /** In the order in which they were tried; the last one is chosen. */
  readonly tried: readonly TriedGroups[];
}

/** Fewer groups say little about the next one. */
const LEAST_GROUPS = 3;
/** Without a larger group, a fit would see less than half of the windows. */
const LARGEST_SHARE = 0.5;
/** Windows whose resolution only one group has cannot be predicted without it, by any model. */
const SHARED_SHARE = 0.9;

/** From the largest difference between groups to the smallest. */
const AUTOMATIC: readonly GroupKind[] = ['site', 'video', 'home'];

/**
 * Chooses the groups that no fold of the search separates. A stated kind is taken as it is. `auto` takes the groups of
 * `split.by` unless that is `session`, then the first of site, video and home that every session has, of which there are
 * at least three, the largest with at most half of the windows, and at least 90 % of the windows have a resolution that
 * other groups have too; else sessions. The groups of `split.by` stay whole as well, unless fewer are left than folds.
 *
 * @param rows of the sessions to learn from
 * @throws DatasetError if a stated kind of group cannot make folds
 */
export function chooseFoldGroups(
  rows: readonly SessionRows[],
  values: readonly GroupValue[],
  { by, foldsBy }: Pick<RunConfig['split'], 'by' | 'foldsBy'>,
  folds: number,
): FoldGroups {
  const sessions = [...new Set(rows.map(({ session }) => session))];
  const ofSplit = new Map(rows.map(({ session, group }) => [session, group]));
  const splitGroups = new Set(ofSplit.values()).size;
  const areSplitGroups = splitGroups >= Math.min(LEAST_GROUPS, folds);
  const bySession: FoldGroups = {
    groupOf: areSplitGroups ? ofSplit : new Map(sessions.map((session) => [session, session])),
    areSplitGroups,
    tried: [],
  };
  const groupsBy = (kind: GroupKind): Map<string, string> =>
    componentNames(
      sessions,
      values.filter((value) => value.kind === kind),
      areSplitGroups ? ofSplit : new Map<string, string>(),
    );

  if (foldsBy === 'session' || (foldsBy === 'auto' && by !== 'session' && areSplitGroups)) {
    const key = foldsBy === 'session' ? 'split.foldsBy' : 'split.by';
    return chosen(bySession, areSplitGroups ? by : 'session', key);
  }
  if (foldsBy !== 'auto') {
    const fault = missingText(sessions, values, foldsBy);
    const groupOf = groupsBy(foldsBy);
    if (fault !== null) throw new DatasetError(`split.foldsBy is ${foldsBy}, but ${fault}`);
    const groups = new Set(groupOf.values()).size;
    if (groups < 2)
      throw new DatasetError(
        `split.foldsBy is ${foldsBy}, but all training sessions are in one group: choose another kind, or auto`,
      );
    return chosen({ ...bySession, groupOf, areSplitGroups: false }, foldsBy, 'split.foldsBy');
  }
  const tried: TriedGroups[] = [];
  for (const kind of AUTOMATIC) {
    const groupOf = groupsBy(kind);
    const fault = missingText(sessions, values, kind) ?? faultOf(rows, groupOf, kind);
    if (fault === null)
      return chosen({ groupOf, areSplitGroups: false, tried }, kind, 'automatic: the widest kind of group');
    const groups = new Set(values.filter((value) => value.kind === kind).map(({ value }) => value)).size;
    tried.push({ kind, groups, isChosen: false, reason: fault });
  }
  return chosen({ ...bySession, tried }, 'session', 'automatic: no wider kind of group');
}

function chosen(groups: FoldGroups, kind: FoldKind, reason: string): FoldGroups {
  const count = new Set(groups.groupOf.values()).size;
  return { ...groups, tried: [...groups.tried, { kind, groups: count, isChosen: true, reason }] };
}

/** Says that sessions have no value of this kind; null if all have one. */
function missingText(
  sessions: readonly string[],
  values: readonly GroupValue[],
  kind: GroupKind,
): string | null {
  const known = new Set(values.filter((value) => value.kind === kind).map(({ session }) => session));
  const missing = sessions.filter((session) => !known.has(session));
  if (missing.length === 0) return null;
  return missing.length === sessions.length
    ? unknownText(kind)
    : `${missing.length} of ${countText(sessions.length, 'training session')} ${missing.length === 1 ? 'has' : 'have'} no ${kind}, such as ${missing[0]!}`;
}

/** Why folds of these groups would say little; null if they are good. */
function faultOf(
  rows: readonly SessionRows[],
  groupOf: ReadonlyMap<string, string>,
  kind: GroupKind,
): string | null {
  const sizes = new Map<string, number>();
  const groupsOfLabel = new Map<number, Set<string>>();
  let all = 0;
  for (const { session, label, rows: count } of rows) {
    const group = groupOf.get(session)!;
    sizes.set(group, (sizes.get(group) ?? 0) + count);
    groupsOfLabel.set(label, (groupsOfLabel.get(label) ?? new Set()).add(group));
    all += count;
  }
  if (sizes.size < LEAST_GROUPS)
    return `${countText(sizes.size, `separate ${kind}`)}, and ${LEAST_GROUPS} are needed`;
  const [largest, size] = [...sizes].reduce((most, other) => (other[1] > most[1] ? other : most));
  if (size > LARGEST_SHARE * all)
    return `${kind} ${largest} has ${percentText(size / all)} of the windows, and less than half would be left to learn from`;
  const alone = rows.filter(({ label }) => groupsOfLabel.get(label)?.size === 1);
  const lone = alone.reduce((sum, row) => sum + row.rows, 0) / all;
  if (lone > 1 - SHARED_SHARE)
    return `${percentText(lone)} of the windows have a resolution that only one ${kind} has, such as ${alone[0]!.label}p`;
  return null;
}
