import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DatasetError } from '../../../../common/dataset-error.js';
import type { SessionRows } from '../../../../learning/search/assign-groups.js';
import { assignSessions } from '../../../../learning/search/assign-sessions.js';
import type { GroupValue, TriedGroups } from '../../../../learning/search/fold-groups.js';
import type { RunConfig } from '../../../../schemas/run-config.js';

const RUNGS = [240, 480, 1080];

interface Facts {
  readonly site?: string;
  readonly video?: string;
  readonly home?: string;
  readonly label?: number;
}

/** Sessions of ten windows with these sites, videos and homes; rungs in turn. */
function sessionsWith(facts: readonly Facts[]): { rows: SessionRows[]; values: GroupValue[] } {
  return {
    rows: facts.map(({ label }, at) => ({
      group: `s${at}`,
      session: `s${at}`,
      label: label ?? RUNGS[at % 3]!,
      rows: 10,
    })),
    values: facts.flatMap(({ site, video, home }, at) =>
      Object.entries({ site, video, home }).flatMap(([kind, value]) =>
        value === undefined ? [] : [{ session: `s${at}`, kind: kind as GroupValue['kind'], value }],
      ),
    ),
  };
}

function split(
  facts: readonly Facts[],
  { by = 'session', foldsBy = 'auto', part = null }: Partial<RunConfig['split']> = {},
  folds = 3,
) {
  const { rows, values } = sessionsWith(facts);
  const grouped = rows.map((row) => ({
    ...row,
    group: values.find(({ session, kind }) => session === row.session && kind === by)?.value ?? row.session,
  }));
  const shape = { by, foldsBy, part, holdoutShare: 0.2, folds, seed: 1 };
  const { folds: foldOf, foldGroups, tried } = assignSessions(grouped, values, shape);
  const learnt = [...foldOf].filter(([, fold]) => fold >= 0);
  const foldsWith = (kind: GroupValue['kind'], value: string): number[] => [
    ...new Set(
      learnt
        .filter(([session]) =>
          values.some((other) => other.session === session && other.kind === kind && other.value === value),
        )
        .map(([, fold]) => fold),
    ),
  ];
  return {
    chosen: tried.at(-1),
    tried,
    foldGroups,
    foldsWith,
    foldCount: new Set(learnt.map(([, fold]) => fold)).size,
    heldOut: [...foldOf].filter(([, fold]) => fold === -1).map(([session]) => session),
  };
}

const sites = (counts: Readonly<Record<string, number>>): Facts[] =>
  Object.entries(counts).flatMap(([site, count]) => Array.from({ length: count }, () => ({ site })));
const reasons = (tried: readonly TriedGroups[]): string =>
  tried.map(({ kind, reason }) => `${kind}: ${reason}`).join('; ');

describe('the groups that folds keep whole', () => {
  it('are sites if there are three of them, none with more than half of the windows', () => {
    const { chosen, foldsWith } = split(sites({ A: 20, B: 20, C: 15, D: 9 }));
    assert.deepEqual([chosen?.kind, chosen?.groups], ['site', 4]);
    for (const site of ['A', 'B', 'C', 'D']) assert.equal(foldsWith('site', site).length, 1);
  });

  it('are videos if one site has most of the windows, and the reason is kept', () => {
    const facts = sites({ A: 43, B: 11, C: 6 }).map((fact, at) => ({ ...fact, video: `v${at % 20}` }));
    const { chosen, tried, foldsWith } = split(facts);
    assert.deepEqual([chosen?.kind, chosen?.groups], ['video', 20]);
    assert.match(reasons(tried), /^site: site A has 7\d % of the windows, and less than half would be left/);
    for (let video = 0; video < 20; video++) assert.ok(foldsWith('video', `v${video}`).length <= 1);
  });

  it('are homes, then sessions, if videos and sites are not known for all', () => {
    const homes = Array.from({ length: 30 }, (_, at) => ({
      home: `h${Math.floor(at / 3)}`,
      ...(at < 20 ? { site: 'A' } : {}),
    }));
    const { chosen, tried } = split(homes);
    assert.deepEqual([chosen?.kind, chosen?.groups !== undefined && chosen.groups <= 10], ['home', true]);
    assert.match(reasons(tried), /site: \d+ of \d+ training sessions have no site, such as s\d+/);
    assert.match(reasons(tried), /video: no training session has a video/);
    assert.equal(split(Array<Facts>(30).fill({})).chosen?.kind, 'session');
  });

  it('are not sites that have resolutions of their own: no fit could know them', () => {
    const facts = Array.from({ length: 30 }, (_, at) => ({ site: `site ${at % 3}`, label: RUNGS[at % 3]! }));
    const { chosen, tried } = split(facts);
    assert.equal(chosen?.kind, 'session');
    assert.match(
      reasons(tried),
      /site: 100 % of the windows have a resolution that only one site has, such as \d+p/,
    );
  });

  it('join values that a session connects', () => {
    const { rows, values } = sessionsWith(Array.from({ length: 24 }, (_, at) => ({ video: `v${at % 8}` })));
    const both: GroupValue[] = [...values, { session: 's0', kind: 'video', value: 'v1' }];
    const shape = {
      by: 'session',
      foldsBy: 'video',
      part: null,
      holdoutShare: 0.1,
      folds: 3,
      seed: 1,
    } as const;
    const { folds, foldGroups } = assignSessions(rows, both, shape);
    if (folds.get('s0') !== -1) assert.equal(foldGroups.get('s0'), 'v0');
    const joined = ['s0', 's1', 's8', 's9', 's16', 's17'].map((session) => folds.get(session));
    const inFolds = new Set(joined.filter((fold) => fold !== -1));
    assert.ok(folds.get('s0') === -1 || inFolds.size === 1, joined.join());
  });

  it('do not change which sessions are held out', () => {
    const facts = sites({ A: 20, B: 20, C: 20 });
    assert.deepEqual(split(facts).heldOut, split(facts, { foldsBy: 'session' }).heldOut);
  });

  it('are those of split.by, and fewer folds are made than asked for if there are fewer groups', () => {
    const facts = sites({ A: 12, B: 12, C: 12, D: 12 });
    const parts = split(facts, { by: 'site', part: { number: 1, of: 4 } }, 5);
    assert.deepEqual([parts.chosen?.kind, parts.chosen?.groups, parts.foldCount], ['site', 3, 3]);
    assert.equal(split(facts, { foldsBy: 'site' }, 10).foldCount, 4);
  });

  it('are videos if split.by leaves two sites to learn from', () => {
    const facts = sites({ A: 15, B: 15, C: 15 }).map((fact, at) => ({ ...fact, video: `v${at % 9}` }));
    const { chosen, foldCount, foldsWith } = split(facts, { by: 'site', part: { number: 2, of: 3 } });
    assert.deepEqual([chosen?.kind, foldCount], ['video', 3]);
    for (let video = 0; video < 9; video++) assert.equal(foldsWith('video', `v${video}`).length, 1);
  });

  it('are refused with the key of the configuration if they were stated', () => {
    const refused = (facts: readonly Facts[], message: RegExp): void =>
      assert.throws(
        () => split(facts, { foldsBy: 'site' }),
        (error) => error instanceof DatasetError && message.test(error.message),
      );
    refused(Array<Facts>(12).fill({}), /^split\.foldsBy is site, but no training session has a site/);
    refused(sites({ A: 12 }), /^split\.foldsBy is site, but all training sessions are in one group/);
  });
});
