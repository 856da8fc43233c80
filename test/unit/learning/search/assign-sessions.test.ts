import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DatasetError } from '../../../../common/dataset-error.js';
import type { SessionRows } from '../../../../learning/search/assign-groups.js';
import { assignSessions, type SessionSplitShape } from '../../../../learning/search/assign-sessions.js';

const SHAPE = { holdoutShare: 0.25, folds: 3, seed: 1, by: 'session', foldsBy: 'auto', part: null } as const;

const foldsOf = (
  rows: readonly SessionRows[],
  shape: SessionSplitShape = SHAPE,
): ReadonlyMap<string, number> => assignSessions(rows, [], shape).folds;

/** Sessions `<group>/<number>`, rungs in turn. */
function sessionsOf(groups: Readonly<Record<string, number>>): SessionRows[] {
  return Object.entries(groups).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, at) => ({
      group,
      session: `${group}/${at}`,
      label: [240, 480, 1080][at % 3]!,
      rows: 10,
    })),
  );
}

const heldOut = (rows: readonly SessionRows[], number: number, of: number): string[] =>
  [...foldsOf(rows, { ...SHAPE, part: { number, of } })]
    .filter(([, fold]) => fold === -1)
    .map(([session]) => session);

describe('assignSessions', () => {
  it('keeps the sessions of a group together, held out or in a fold', () => {
    const rows = sessionsOf(Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`video-${at}`, 3])));
    const folds = foldsOf(rows);
    assert.equal(folds.size, 36);
    for (const { group, session } of rows) assert.equal(folds.get(session), folds.get(`${group}/0`));
    assert.deepEqual([...new Set(folds.values())].sort(), [-1, 0, 1, 2]);
  });

  it('holds each session out in exactly one part, in whole groups', () => {
    const rows = sessionsOf(Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`video-${at}`, 4])));
    const parts = [1, 2, 3, 4, 5].map((number) => heldOut(rows, number, 5));
    assert.deepEqual(parts.flat().sort(), rows.map(({ session }) => session).sort());
    for (const part of parts) assert.equal(part.length, 8);
  });

  it('holds out one site of three and makes the folds of sessions', () => {
    const rows = sessionsOf({ A: 30, B: 15, C: 9 });
    for (const number of [1, 2, 3]) {
      const folds = foldsOf(rows, { ...SHAPE, by: 'site', part: { number, of: 3 } });
      const sites = rows.filter(({ session }) => folds.get(session) === -1).map(({ group }) => group);
      assert.equal(new Set(sites).size, 1);
      assert.equal(sites.length, { A: 30, B: 15, C: 9 }[sites[0]!]);
      assert.deepEqual([...new Set(folds.values())].sort(), [-1, 0, 1, 2]);
    }
  });

  it('does not confuse a session with a group of the same name', () => {
    const rows = sessionsOf(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`g${at}`, 2]))).map(
      (row, at) => ({ ...row, session: `g${(at + 3) % 16}` }),
    );
    const folds = foldsOf(rows);
    for (let at = 0; at < rows.length; at += 2)
      assert.equal(folds.get(rows[at]!.session), folds.get(rows[at + 1]!.session));
  });

  it('reports what cannot be divided', () => {
    assert.throws(
      () => foldsOf(sessionsOf({ A: 5, B: 5, C: 5 }), { ...SHAPE, part: { number: 1, of: 5 } }),
      (error) =>
        error instanceof DatasetError && error.message.startsWith('3 groups cannot be divided into 5 parts'),
    );
  });
});
