import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { CaptureAnalysisResult } from '../../activities/warehouse/features.js';
import { rootCause } from '../../cli/root-cause.js';
import { writeSplices } from '../../cli/write-splices.js';
import { projectRoot } from '../../common/project-root.js';
import type { Splicing } from '../../schemas/splicing.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import type { InferSessionResult, AppliedModel } from '../../workflows/apply-model.js';
import type { PipelineResult } from '../../workflows/video-quality-pipeline.js';
import { failureOf, PipelineFixture } from './pipeline-fixture.js';
import { analyseCapture, inferCapture } from 'vqi';

describe('the model of a run', { timeout: 600_000 }, () => {
  let fixture: PipelineFixture;
  let undisturbed: PipelineResult;

  before(async () => {
    fixture = await PipelineFixture.open();
    await fixture.simulate();
    await fixture.startWorker('undisturbed');
    undisturbed = (await (await fixture.start('run-1', fixture.config())).result()) as PipelineResult;
  });

  after(() => fixture.close());

  it('is evaluated against baselines, and marked as simulated', () => {
    // The origin comes from a file in the folder, not from the configuration.
    const report = readFileSync(join(fixture.folder, 'undisturbed', 'runs', 'run-1', 'report.html'), 'utf8');
    assert.match(report, /Simulated data/);
    const sections = [...report.matchAll(/<section id="([a-z]+)">/g)].map((match) => match[1]);
    for (const section of ['data', 'model', 'importance', 'evaluation', 'timelines', 'again'])
      assert.ok(sections.includes(section), section);
    assert.match(report, /media segment of|video segment of|audio segment of/);
    const { accuracy, baselines } = undisturbed.score;
    assert.deepEqual(
      baselines.map(({ name }) => name).filter((name) => name !== 'window-alone'),
      ['majority', 'largest-segment', 'decision-tree', 'previous-rung'],
    );
    // The windows alone are shown if the model smooths over the session, which depends on whether that helped.
    const model = readFileSync(join(fixture.folder, 'undisturbed', 'runs', 'run-1', 'model.json'), 'utf8');
    const smooths = 'smoothing' in (JSON.parse(model) as object);
    assert.equal(
      baselines.some(({ name }) => name === 'window-alone'),
      smooths,
    );
    assert.ok(accuracy !== null && accuracy > (baselines[0]?.accuracy ?? 1));
  });

  it('predicts for a capture of its own run what the timeline of that run contains', async () => {
    const [, line] = readFileSync(join(fixture.data, 'sessions.csv'), 'utf8').trim().split('\n');
    const [sessionId, capture] = line?.split(',') ?? [];
    const infer = async (request: object, memo = { replace: true }): Promise<InferSessionResult> =>
      (await (
        await fixture.start(
          'infer',
          { capture: join(fixture.data, capture ?? ''), ...request },
          'inferSession',
          memo,
        )
      ).result()) as InferSessionResult;
    const byDefault = await infer({}, { replace: false });
    assert.equal(byDefault.modelId, undisturbed.modelId);
    const folder = join(fixture.folder, 'undisturbed', 'runs');
    const kept = (): unknown[] => [readdirSync(folder), statSync(join(folder, 'infer')).ino];
    const before = kept();
    await assert.rejects(infer({}, { replace: false }), (error) =>
      /^run infer is finished, and its results are kept: .*--replace/.test(rootCause(error)),
    );
    assert.deepEqual(kept(), before);
    assert.deepEqual(await infer({ model: undisturbed.modelId }), byDefault);
    // Replaced by the new one as a whole.
    assert.deepEqual(readdirSync(folder), before[0]);
    assert.notDeepEqual(kept(), before);
    const ofFirst = kept();
    assert.equal(byDefault.sessions, 1);
    assert.ok(byDefault.files.some((file) => /timeline-.*\.svg$/.test(file)));
    const timelines = await withWarehouse(fixture.warehouse('undisturbed'), (warehouse) =>
      Promise.all(
        ['infer', 'run-1'].map((runId) =>
          warehouse.rows(
            `select window_index, predicted_px, confidence, unknown_reason from "run ${runId}".resolution_timeline
              where $session in (session_id, '') order by window_index`,
            { session: runId === 'run-1' ? (sessionId ?? '') : '' },
          ),
        ),
      ),
    );
    assert.ok(Number(timelines[0]?.length) > 3);
    assert.deepEqual(timelines[0], timelines[1]);
    await assert.rejects(infer({ model: 'missing' }), (error) =>
      rootCause(error).includes(`there is no model missing; known models: ${undisturbed.modelId}`),
    );

    const artifacts = join(fixture.folder, 'undisturbed', 'artifacts');
    const file = readdirSync(artifacts).find((name) => name.includes(undisturbed.modelId.slice(-12))) ?? '';
    const written = readFileSync(join(artifacts, file));
    for (const [change, message] of [
      [
        () => writeFileSync(join(artifacts, file), `${written.toString()} `),
        /has changed since it was written: .*SHA-256/,
      ],
      [() => rmSync(join(artifacts, file)), /cannot be read \(ENOENT.*retry-trial run-1 TRIAL/],
    ] as const) {
      change();
      await assert.rejects(infer({}), (error) => message.test(rootCause(error)));
    }
    writeFileSync(join(artifacts, file), written);
    // What failed has left the finished run as it was, and nothing beside it.
    assert.deepEqual(kept(), ofFirst);
    const left = await withWarehouse(fixture.warehouse('undisturbed'), (warehouse) =>
      warehouse.rows(
        `select state, (select count(*) from "run infer".resolution_timeline)::integer as windows,
            (select count(*) from duckdb_schemas() where schema_name like '%replacing%')::integer as builds
          from main.runs where run_id like 'infer%'`,
      ),
    );
    assert.deepEqual(left, [{ state: 'completed', windows: timelines[0]?.length, builds: 0 }]);
  });

  it('has search attributes and a memo with its verdict', async () => {
    const { typedSearchAttributes, memo } = await fixture.client.workflow.getHandle('run-1').describe();
    const found = Object.fromEntries(
      typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value] as const),
    );
    const { score, crossValidatedMacroF1, verdict, warnings } = undisturbed;
    const [best] = score.baselines
      .filter(({ lead }) => lead != null)
      .sort((one, other) => other.accuracy - one.accuracy);
    assert.deepEqual(
      ['Stage', 'Source', 'Service', 'BestScore', 'Verdict'].map((name) => found[`Vqi${name}`]),
      [
        ...['done', fixture.data, ['netflix'], crossValidatedMacroF1],
        (best!.lead!.accuracy.interval?.low ?? 0) > 0
          ? 'better than simple rules'
          : 'no better than a simple rule',
      ],
    );
    assert.deepEqual([memo?.['verdict'], memo?.['warnings']], [verdict, warnings.length]);
  });

  it('gives a program without a server the answers of the workflows, by the file of the model alone', async () => {
    const [, line] = readFileSync(join(fixture.data, 'sessions.csv'), 'utf8').trim().split('\n');
    const capture = join(fixture.data, line?.split(',')[1] ?? '');
    const model = join(fixture.folder, 'copied.json');
    copyFileSync(join(fixture.folder, 'undisturbed', 'runs', 'run-1', 'model.json'), model);
    const result = async <T>(type: string, runId: string): Promise<T> =>
      (await (await fixture.start(runId, { capture }, type)).result()) as T;
    const ofWorkflow = await result<InferSessionResult>('inferSession', 'inferred');
    const inferred = await inferCapture(capture, { model, threads: 1 });
    assert.equal(inferred.modelId, ofWorkflow.modelId);
    assert.deepEqual(inferred.sessions, ofWorkflow.answers?.answers);
    assert.deepEqual(inferred.shares, ofWorkflow.shares);
    assert.deepEqual(inferred.warnings, ofWorkflow.warnings);
    const [timeline, windows] = await withWarehouse(fixture.warehouse('undisturbed'), async (warehouse) => [
      await warehouse.rows('select * from "run inferred".resolution_timeline'),
      inferred.windows,
    ]);
    assert.ok(timeline.length > 3);
    assert.deepEqual(
      windows.map(({ startSeconds, startMs, predictedPx, confidence, unknown }) => [
        ...[startSeconds, startMs, predictedPx, confidence, unknown?.reason ?? null],
      ]),
      timeline.map((row) => [
        ...[Number(row['elapsed_seconds']), Number(row['start_us']) / 1000],
        ...[row['predicted_px'], row['confidence'], row['unknown_reason']],
      ]),
    );

    const analysis = await result<CaptureAnalysisResult>('analyseCapture', 'analysed');
    const analysed = await analyseCapture(capture, { threads: 1 });
    assert.deepEqual(analysed.sessions, analysis.answers?.answers);
    assert.deepEqual(analysed.shares, analysis.shares);
    const features = await withWarehouse(fixture.warehouse('undisturbed'), (warehouse) =>
      warehouse.rows(
        'select "service_Video_throughput_down" from "run analysed".feat_windows order by window_index',
      ),
    );
    assert.deepEqual(
      analysed.windows.map((window) => window.features['service_Video_throughput_down']),
      features.map((row) => row['service_Video_throughput_down']),
    );

    const example = join(projectRoot(), 'examples', 'infer-capture.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [example, capture, model]);
    assert.equal(stdout.trim().split('\n').length, timeline.length);
    assert.match(stdout, /^\S+ 0 s: (\d+p \(\d\.\d\d\)|unknown: .+)$/m);
  });

  it('warns that it learnt from simulated sessions, if it is applied to real ones', async () => {
    const capture = readdirSync(fixture.data).find((name) => name.endsWith('.pcap')) ?? '';
    const elsewhere = mkdtempSync(join(fixture.folder, 'elsewhere-'));
    const warningsOf = async (folder: string): Promise<string> => {
      const run = await fixture.start('real', { capture: join(folder, capture) }, 'inferSession', {
        replace: true,
      });
      return ((await run.result()) as InferSessionResult).warnings.join();
    };
    copyFileSync(join(fixture.data, capture), join(elsewhere, capture));
    assert.match(await warningsOf(elsewhere), /^the model \S+ was trained on simulated sessions: /);
    assert.equal(await warningsOf(fixture.data), '');
  });

  it('is evaluated on all captures of its run but those it was trained on, with the scores of the run', async () => {
    const { score, modelId, trainingSet } = undisturbed;
    const evaluation = (await (
      await fixture.start('evaluation', { directory: fixture.data }, 'evaluateModel')
    ).result()) as AppliedModel;
    assert.equal(evaluation.modelId, modelId);
    assert.deepEqual(evaluation.score, score);
    assert.equal(score.sessions, trainingSet.heldOutSessions);
    assert.match(
      evaluation.warnings.join(),
      new RegExp(
        `^${trainingSet.trainingSessions} sessions are left out: the model was trained on the same captures`,
      ),
    );
    const page = readFileSync(
      join(fixture.folder, 'undisturbed', 'runs', 'evaluation', 'report.html'),
      'utf8',
    );
    assert.match(page, /Simulated data/);
    assert.match(page, /largest-segment/);
    const tables = await withWarehouse(fixture.warehouse('undisturbed'), (warehouse) =>
      Promise.all(
        ['evaluation', 'run-1'].map(async (runId) => [
          await warehouse.rows(`from "run ${runId}".evaluation order by all`),
          await warehouse.rows(`from "run ${runId}".confusion_matrix order by all`),
          await warehouse.rows(
            `select session_id, window_index, predicted_px, true_px, split from "run ${runId}".resolution_timeline
              where split = 'held out' order by all`,
          ),
        ]),
      ),
    );
    assert.deepEqual(tables[0], tables[1]);

    // Sessions that the run left out, labelled by their player logs: resolutions that the model does not know.
    const others = readFileSync(join(fixture.data, 'sessions.csv'), 'utf8');
    const known = new Set(others.split('\n').map((line) => line.split(',')[1]));
    const unknown = readdirSync(fixture.data).filter((name) => name.endsWith('.pcap') && !known.has(name));
    const lines = unknown.map((name) => `${name},${name},${name.replace('.pcap', '.player.csv')}`);
    writeFileSync(
      join(fixture.data, 'others.csv'),
      ['session_id,capture,player_log', ...lines, ''].join('\n'),
    );
    const request = { directory: fixture.data, sessionsFile: 'others.csv', model: modelId };
    const wrong = (await (await fixture.start('unknown', request, 'evaluateModel')).result()) as AppliedModel;
    assert.equal(wrong.score.sessions, unknown.length);
    assert.equal(wrong.score.accuracy, 0);
    assert.match(
      wrong.warnings.join('; '),
      /does not know 360p: scored as wrong in \d+ windows.*does not know 720p/,
    );

    const trained = await withWarehouse(fixture.warehouse('undisturbed'), (warehouse) =>
      warehouse.rows(
        `select session_id, capture_name from main.run_sources join "run run-1".splits on session_group = session_id
          where run_id = 'run-1' and fold = 0 order by all limit 1`,
      ),
    );
    const [seen] = trained.map((row) => `${String(row['session_id'])},${String(row['capture_name'])},240`);
    writeFileSync(join(fixture.data, 'seen.csv'), `session_id,capture,resolution\n${seen ?? ''}\n`);
    assert.match(
      await failureOf(
        await fixture.start('seen', { directory: fixture.data, sessionsFile: 'seen.csv' }, 'evaluateModel'),
      ),
      /there is nothing to evaluate on: 1 session is left out: the model was trained on the same captures/,
    );
  });

  it('is evaluated on switches in splices of unseen captures, and rejects splices of captures it was trained on', async () => {
    const rows = await withWarehouse(fixture.warehouse('undisturbed'), (warehouse) =>
      warehouse.rows('select session_group, fold from "run run-1".splits order by session_group'),
    );
    const sessionsOf = (isHeldOut: boolean): string[] =>
      rows.filter(({ fold }) => (fold === -1) === isHeldOut).map((row) => String(row['session_group']));
    const spliced = (name: string, only: string[]): Promise<Splicing> =>
      writeSplices({
        data: fixture.data,
        out: join(fixture.folder, name),
        only,
        sessions: 3,
        seed: 1,
        pieceSeconds: [15, 25],
      });
    const { sessions } = await spliced('unseen', sessionsOf(true));
    const evaluation = (await (
      await fixture.start('switches', { directory: join(fixture.folder, 'unseen') }, 'evaluateModel')
    ).result()) as AppliedModel;
    assert.deepEqual(evaluation.origins, ['simulated', 'spliced']);
    assert.equal(evaluation.score.sessions, 3);
    const timeline = await withWarehouse(fixture.warehouse('undisturbed'), (warehouse) =>
      warehouse.rows(
        'select session_id, start_us, true_px, since_switch_seconds from "run switches".resolution_timeline order by all',
      ),
    );
    assert.ok(timeline.length >= 9);
    for (const row of timeline) {
      const startUs = Number(row['start_us']);
      const parts = (sessions.find(({ sessionId }) => sessionId === row['session_id'])?.pieces ?? []).map(
        ({ atUs, fromUs, toUs, resolutionPx }) => {
          const shared = Math.min(atUs + toUs - fromUs, startUs + 10e6) - Math.max(atUs, startUs);
          return { atUs, resolutionPx, shared: Math.max(0, shared) };
        },
      );
      const [longest] = [...parts].sort((a, b) => b.shared - a.shared);
      const unlabelled = parts.reduce((rest, { shared }) => rest - shared, 10e6);
      assert.ok(longest !== undefined);
      assert.equal(row['true_px'], longest.shared >= unlabelled ? longest.resolutionPx : null);
      const switched = parts.slice(1).filter(({ atUs }) => atUs < startUs + 10e6);
      const last = switched.at(-1);
      assert.equal(row['since_switch_seconds'], last === undefined ? null : (startUs - last.atUs) / 1e6);
    }
    const inWindow = timeline.filter(
      (row) => Number(row['since_switch_seconds']) < 0 && row['true_px'] !== null,
    );
    assert.equal(
      evaluation.score.bySwitch.find(({ since }) => since === 'in the window')?.windows,
      inWindow.length,
    );

    await spliced('seen-before', sessionsOf(false));
    assert.match(
      await failureOf(
        await fixture.start(
          'switches-seen',
          { directory: join(fixture.folder, 'seen-before') },
          'evaluateModel',
        ),
      ),
      /nothing to evaluate on: 3 sessions are left out: the model was trained on the same captures/,
    );
  });
});
