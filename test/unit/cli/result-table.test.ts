import assert from 'node:assert/strict';
import { it } from 'node:test';
import { scoreRows } from '../../../cli/result-table.js';

it('the scores mark the baseline that the model is itself, and have the singular of one session', () => {
  const lead = { value: 0, interval: null };
  const rows = scoreRows(
    {
      ...{
        windows: 12,
        sessions: 1,
        accuracy: 0.5,
        accuracyInterval: null,
        macroF1: 0.4,
        macroF1Interval: null,
      },
      ...{ macroAuc: null, withinOneRung: 1, expectedCalibrationError: 0.1, bySwitch: [] },
      ...{ expectedCalibrationErrorInterval: null, expectedCalibrationErrorByChance: null },
      baselines: ['majority', 'decision-tree'].map((name) => ({
        ...{ name, accuracy: 0.5, macroF1: 0.4, lead: { accuracy: lead, macroF1: lead } },
      })),
    },
    'decision-tree',
  );
  const texts = new Map(rows);
  assert.match(texts.get('majority') ?? '', /macro-F1 0\.400 \(baseline\)\n/);
  assert.match(
    texts.get('decision-tree') ?? '',
    /macro-F1 0\.400 \(baseline; the model is this rule, smoothed over the session\)\n/,
  );
  assert.equal(texts.get('evaluated on'), '12 windows of 1 session that no trial saw');
});
