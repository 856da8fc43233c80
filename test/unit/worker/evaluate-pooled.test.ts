import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { EvaluationReport } from '../../../activities/compute.js';
import { evaluatePooledTask } from '../../../worker/tasks/evaluate-pooled.js';

interface Said {
  readonly group: string;
  readonly split?: string;
  readonly truth: number | null;
  readonly since: number | null;
  /** Probability of 240; the rest is 720's. */
  readonly low: number;
}

describe('what several models said, as one', () => {
  it('is evaluated apart by the time since a switch, windows with one among them', async () => {
    const rows: Said[] = [
      { group: 'a', truth: 240, since: null, low: 0.9 },
      { group: 'a', split: 'none', truth: 720, since: -4, low: 0.7 },
      { group: 'a', truth: 720, since: 6, low: 0.8 },
      { group: 'a', truth: 720, since: 16, low: 0.1 },
      { group: 'b', truth: 240, since: null, low: 0.6 },
      { group: 'b', split: 'none', truth: null, since: 25, low: 0.6 },
      { group: 'b', split: 'none', truth: 720, since: 35, low: 0.1 },
    ];
    const folder = mkdtempSync(join(tmpdir(), 'vqi-pooled-'));
    try {
      const [predictionsPath, evaluationPath] = [
        join(folder, 'said.ndjson'),
        join(folder, 'evaluation.json'),
      ];
      const lines = rows.map(({ group, split = 'held out', truth, since, low }) =>
        JSON.stringify({
          session_group: group,
          split,
          true_px: truth,
          since_switch_seconds: since,
          probabilities: { 240: low, 720: 1 - low },
        }),
      );
      writeFileSync(predictionsPath, `${lines.join('\n')}\n`);
      const input = { predictionsPath, baselines: [], seed: 1, evaluationPath };
      const summary = await evaluatePooledTask(input, () => undefined);
      assert.equal(summary.windows, 4);
      assert.equal(summary.accuracy, 3 / 4);
      assert.deepEqual(
        summary.bySwitch.map(({ since, windows, accuracy }) => [since, windows, accuracy]),
        [
          ['none so far', 2, 1],
          ['in the window', 1, 0],
          ['0-10 s', 1, 0],
          ['10-30 s', 1, 1],
          ['30-60 s', 0, null],
          ['60 s on', 0, null],
        ],
      );
      const report = JSON.parse(readFileSync(evaluationPath, 'utf8')) as EvaluationReport;
      assert.equal(report.bySwitch.length, 6);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
