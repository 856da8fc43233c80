import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scoreTable, shortfalls } from '../../../../bench/accuracy/score-table.js';
import type { Scores } from '../../../../bench/accuracy/scores.js';

const SCORES: Scores = {
  sessions: 20,
  windows: 1107,
  accuracy: { value: 0.69, low: 0.512, high: 0.865 },
  macroF1: { value: 0.524, low: null, high: null },
  baselines: [
    {
      name: 'largest-segment',
      accuracy: 0.584,
      macroF1: 0.443,
      lead: { value: 0.106, low: 0.01, high: 0.2 },
    },
    {
      name: 'decision-tree',
      accuracy: 0.734,
      macroF1: 0.563,
      lead: { value: -0.044, low: -0.12, high: 0.03 },
    },
  ],
  calibrationError: 0.112,
  calibrationErrorByChance: 0.201,
  answered: 0.9,
  wrong: 0.25,
};

describe('the table of the accuracy bench', () => {
  it('has a row for each judge, and a column for each baseline', () => {
    const bySwitch = {
      ...SCORES,
      macroF1: null,
      calibrationError: null,
      baselines: [{ name: 'majority', accuracy: 0.2, macroF1: null, lead: null }],
    };
    const text = scoreTable([
      { name: 'held-out', scores: SCORES },
      { name: 'with background', scores: bySwitch, changed: 0.018 },
      { name: 'by site', scores: null, reason: '1 sites named' },
    ]);
    const cells = text.split('\n').map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    assert.deepEqual(cells[0], [
      ...['judged on', 'sessions', 'windows', 'accuracy', 'macro-F1'],
      ...['largest-segment', 'decision-tree', 'majority'],
      ...['lead over the best in accuracy', 'calibration error'],
      ...['answered', 'wrong among answered', 'answers changed'],
    ]);
    assert.deepEqual(cells[2], [
      ...['held-out', '20', '1107', '0.690 (0.512-0.865)', '0.524'],
      ...['0.584, 0.443', '0.734, 0.563', '-', '-0.044 (95 % -0.120 to +0.030)', '0.112 (0.201)'],
      ...['90.0 %', '25.0 %', '-'],
    ]);
    assert.deepEqual(cells[3]?.slice(3), [
      ...['0.690 (0.512-0.865)', '-', '-', '-', '0.200', '-', '-', '90.0 %', '25.0 %', '1.8 %'],
    ]);
    assert.deepEqual(cells[4]?.slice(0, 3), ['by site', '1 sites named', '-']);
  });

  it('is followed by the rows in which a baseline is better', () => {
    const better = { ...SCORES, accuracy: { value: 0.8, low: null, high: null } };
    const best = { ...better, macroF1: { value: 0.563, low: null, high: null } };
    assert.deepEqual(
      shortfalls([
        { name: 'one', scores: SCORES },
        { name: 'two', scores: better },
        { name: 'three', scores: best },
        { name: 'four', scores: null },
      ]),
      [
        'below its best baseline: one: accuracy 0.690, decision-tree 0.734; macro-F1 0.524, decision-tree 0.563',
        'below its best baseline: two: macro-F1 0.524, decision-tree 0.563',
      ],
    );
  });
});
