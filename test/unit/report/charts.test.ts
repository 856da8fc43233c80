import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TopLevelSpec } from 'vega-lite';
import { projectRoot } from '../../../common/project-root.js';
import {
  confusionMatrixChart,
  type ConfusionMatrixChartInput,
} from '../../../report/charts/confusion-matrix.js';
import { curvesChart, type CurvesChartInput } from '../../../report/charts/curves.js';
import { renderSvg } from '../../../report/charts/render.js';
import { timelineChart, type TimelineChartInput } from '../../../report/charts/timeline.js';

const folder = join(projectRoot(), 'test/golden/charts');
const inputOf = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));

/** A chart's input is `<name>.json`, its drawing `<name>.svg`; VQI_UPDATE_GOLDEN=1 saves the drawings again. */
const charts: Readonly<Record<string, (name: string) => TopLevelSpec>> = {
  'timeline-simulated': (name) => timelineChart(inputOf(name) as TimelineChartInput),
  'timeline-unlabelled': (name) => timelineChart(inputOf(name) as TimelineChartInput),
  'confusion-matrix': (name) => confusionMatrixChart(inputOf(name) as ConfusionMatrixChartInput),
  'roc-curves': (name) => curvesChart(inputOf(name) as CurvesChartInput),
};

for (const [name, chart] of Object.entries(charts)) {
  describe(`chart ${name}`, () => {
    it('is drawn as saved, the same twice, without ids', async () => {
      const svg = await renderSvg(chart(name));
      assert.equal(await renderSvg(chart(name)), svg);
      assert.doesNotMatch(svg, /\bid=|url\(/);
      const file = join(folder, `${name}.svg`);
      if (process.env['VQI_UPDATE_GOLDEN'] === '1') writeFileSync(file, `${svg}\n`);
      assert.equal(`${svg}\n`, readFileSync(file, 'utf8'));
    });
  });
}

describe('chart of a timeline', () => {
  const input = inputOf('timeline-simulated') as TimelineChartInput;

  it('states what is simulated, unknown and right', async () => {
    const svg = await renderSvg(timelineChart(input));
    assert.match(svg, /simulated session · 36 windows · 3 unknown \(grey\) · 25 of 33 right/);
    assert.doesNotMatch(await renderSvg(timelineChart({ ...input, origins: [] })), /simulated/);
  });

  it('escapes titles', async () => {
    const svg = await renderSvg(timelineChart({ ...input, title: '<script>alert(1)</script>' }));
    assert.doesNotMatch(svg, /<script/);
  });

  it('is drawn for a session without predictions', async () => {
    const rows = input.rows.map((row) => ({
      ...row,
      predictedPx: null,
      confidence: null,
      probabilities: [],
      truePx: null,
    }));
    assert.match(await renderSvg(timelineChart({ ...input, rows })), /36 unknown/);
    assert.match(await renderSvg(timelineChart({ ...input, rows: [] })), /0 windows/);
  });
});
