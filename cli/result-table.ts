import { join } from 'node:path';
import { shareName, shareText } from '../capture/services/share-text.js';
import { countText } from '../common/count-text.js';
import { fileName } from '../common/file-name.js';
import { percentText } from '../common/percent-text.js';
import type { ScoreSummary } from '../learning/answers/evaluation-report.js';
import { differenceText } from '../learning/evaluation/lead-over.js';
import { leakageGapText } from '../learning/evaluation/leakage-gap-text.js';
import { rankedOnText } from '../learning/search/choice-text.js';
import type { DataOrigin } from '../schemas/data-origin.js';
import type { ModelStanding } from '../schemas/model-standing.js';
import { PREVIOUS_RUNG, WINDOW_ALONE } from '../schemas/scores-of-the-model.js';
import type { ServiceShare } from '../schemas/services.js';
import type { PipelineResult } from '../workflows/video-quality-pipeline.js';
import { droppedText } from './dropped-text.js';
import { plainTable } from './plain-table.js';
import { wrapText } from './wrap-text.js';

const TEXT_WIDTH = 100;

/** Printed when no flow of a capture belongs to a known service. */
export const NO_SERVICE_HINT =
  'no known service was found: add rules with --services FILE, or count all flows to port 443 with --assume NAME';

export interface ResultPlaces {
  readonly home: string;
  /** Address of the run in the web UI; null if unknown. */
  readonly url: string | null;
}

/** The results of a run and the places of its files, as a table for a terminal; ends with a newline. */
export function resultTable(result: PipelineResult, places: ResultPlaces): string {
  const { score, trainingSet } = result;
  const table = plainTable();
  const add = (name: string, value: string): void => void table.push([name, value]);
  add('run', runText(result.runId, result.origins));
  if (result.shares.length > 0) add('traffic', result.shares.map(shareText).join('\n'));
  add('classes', trainingSet.classesPx.map((heightPx) => `${heightPx}p`).join(' '));
  add(
    'sessions',
    `${trainingSet.trainingSessions} for the trials, ${trainingSet.heldOutSessions} held out, ${countText(trainingSet.features, 'feature')}`,
  );
  const dropped = droppedText(trainingSet.droppedBy ?? []);
  if (dropped !== '') add('columns left out', dropped);
  add('trials', `${result.trials.completed} completed, ${result.trials.failed} failed, beside the baselines`);
  if (result.choice !== null) add('ranked on', wrapText(rankedOnText(result.choice.rankedOn), TEXT_WIDTH));
  add(
    'published',
    `trial ${result.bestTrial}, ${result.family}, macro-F1 ${result.crossValidatedMacroF1.toFixed(3)} in cross-validation`,
  );
  if (result.choice !== null) add('choice', wrapText(result.choice.text, TEXT_WIDTH));
  for (const [name, value] of scoreRows(score, result.family)) add(name, value);
  if (result.leakageGap !== null) add('leakage gap', leakageGapText(result.leakageGap));
  for (const file of result.files.filter((path) =>
    /report\.html$|timeline.*\.svg$|resolution_timeline\.(csv|parquet)$/.test(path),
  )) {
    add(label(file), file);
  }
  if (result.standing !== null) add('current model', wrapText(standingText(result.standing), TEXT_WIDTH));
  add('model', join(places.home, 'runs', fileName(result.runId), 'model.json'));
  add('warehouse', join(places.home, 'warehouse.duckdb'));
  add('web UI', places.url ?? 'the web UI of your Temporal server');
  return `${table.toString()}\n`;
}

/** Which model is used if none is named, and why. */
export function standingText({ modelId, isCurrent, why, isForCaptures = true }: ModelStanding): string {
  const use = isForCaptures
    ? `vqi infer --model ${modelId}, or for good vqi models promote ${modelId}`
    : `vqi models export ${modelId} --out model.onnx, and examples/onnx_predict.py`;
  return isCurrent ? `${modelId}: ${why}` : `not ${modelId}: ${why}. To use it: ${use}`;
}

/** The id of a run, with the origin of its sessions if they are simulated or spliced. */
export function runText(runId: string, origins: readonly DataOrigin[]): string {
  return origins.length === 0 ? runId : `${runId} (${origins.join(', ')} sessions)`;
}

/** Names and values of the scores of an evaluation. @param family of the model; missing: not known, or several */
export function scoreRows(score: ScoreSummary, family?: string): [name: string, value: string][] {
  return [
    ['accuracy', `${figure(score.accuracy)}${interval(score.accuracyInterval)}`],
    ['macro-F1', `${figure(score.macroF1)}${interval(score.macroF1Interval)}`],
    ...score.baselines.map(({ name, accuracy, macroF1, lead }): [string, string] => [
      name,
      `accuracy ${figure(accuracy)}, macro-F1 ${figure(macroF1)} (${meaningOf(name, family)})${lead ? `\nlead of the model in accuracy: ${differenceText(lead.accuracy)}` : ''}`,
    ]),
    ['ROC AUC', `${figure(score.macroAuc)} (mean of one-vs-rest)`],
    ['within one rung', figure(score.withinOneRung)],
    [
      'calibration error',
      `${figure(score.expectedCalibrationError)}${interval(score.expectedCalibrationErrorInterval)}${byChance(score.expectedCalibrationErrorByChance)}`,
    ],
    [
      'evaluated on',
      `${countText(score.windows, 'window')} of ${countText(score.sessions, 'session')} that no trial saw`,
    ],
    ...score.bySwitch
      .filter(({ windows }) => windows > 0)
      .map(({ since, accuracy, interval: bounds, windows, sessions }): [string, string] => [
        `switch ${since}`,
        `accuracy ${figure(accuracy)}${interval(bounds && [bounds.low, bounds.high])}, ${countText(windows, 'window')} of ${countText(sessions, 'session')}`,
      ]),
  ];
}

/** What a score beside the model's is of. */
function meaningOf(name: string, family: string | undefined): string {
  if (name === WINDOW_ALONE) return 'the model without smoothing over the session';
  if (name === PREVIOUS_RUNG) return "the model's answer for the window before";
  return `baseline${name === family ? '; the model is this rule, smoothed over the session' : ''}`;
}

/** A score with three decimals. */
export function figure(value: number | null): string {
  return value === null ? 'not defined' : value.toFixed(3);
}

function interval(bounds: readonly [number, number] | null): string {
  return bounds === null ? '' : ` (95 % ${bounds[0].toFixed(3)} to ${bounds[1].toFixed(3)})`;
}

function byChance(bound: number | null): string {
  return bound === null ? '' : `; by chance up to ${figure(bound)}`;
}

function label(path: string): string {
  if (path.endsWith('.html')) return 'report';
  return path.endsWith('.svg') ? 'timeline chart' : 'timeline';
}

/** One line for each part of a capture's traffic: service, provenance, share, bytes, flows. */
export function shareLines(shares: readonly ServiceShare[]): string[] {
  const width = Math.max(0, ...shares.map((share) => shareName(share).length));
  return shares.map((share) => {
    const percent = percentText(share.share, 1).padStart(7);
    return `${shareName(share).padEnd(width)} ${percent}  ${share.wireBytes.toLocaleString('en')} bytes in ${countText(share.flows, 'flow')}`;
  });
}
