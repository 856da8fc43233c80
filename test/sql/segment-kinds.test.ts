import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { MEDIA_BYTES } from '../../schemas/capture.js';
import { analyseCaptureConfigSchema } from '../../schemas/run-config.js';
import { simulateSession } from '../../simulation/simulate-session.js';
import type { SegmentRecord } from '../../simulation/transport/segment-record.js';
import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import { buildFeatureTables } from '../../warehouse/features/build-features.js';
import { registerRun } from '../../warehouse/runs/register-run.js';
import { loadCaptures } from '../load-captures.js';

const SESSIONS = 16;
const DURATION_SECONDS = 150;

type Simulated = ReturnType<typeof simulateSession>;

/** Half on TCP, half on QUIC; a third adapts; some have losses. Of Netflix, whether audio is separate is random. */
const simulate = (service: 'netflix' | 'youtube', audioCodec: 'aac' | 'opus'): Simulated[] =>
  Array.from({ length: SESSIONS }, (_, index) =>
    simulateSession({
      sessionId: `kinds-${index}`,
      seed: 41,
      service,
      title: `title-${index}`,
      codec: 'vp9',
      audioCodec,
      ladderPx: [240, 360, 480, 720, 1080],
      pinnedPx: [240, 480, 720, 1080, null, null][index % 6]!,
      durationSeconds: DURATION_SECONDS,
      startUs: 1_767_571_200_000_000 + index * 3_600_000_000,
      transport: index % 2 === 0 ? 'tcp' : 'quic',
      otherTraffic: false,
      lossBefore: index % 4 === 3 ? 0.002 : 0,
      lossAfter: index % 4 === 3 ? 0.002 : 0,
      reordering: 0,
      snapLength: 96,
    }),
  );

/** Segments by true kind and guess; those of Netflix sessions whose audio is inside the video apart. */
async function guessed(
  simulated: readonly Simulated[],
): Promise<Record<'audio' | 'audioFound' | 'guessed' | 'right' | 'muxedGuessed', number>> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-kinds-'));
  try {
    const paths = simulated.map(({ capture }, index) => {
      const path = join(folder, `${index}.pcap`);
      writeFileSync(path, capture);
      return path;
    });
    const warehousePath = join(folder, 'warehouse.duckdb');
    const captureIds = await loadCaptures(warehousePath, paths, folder);
    const rows = await withWarehouse(warehousePath, async (warehouse) => {
      const config = analyseCaptureConfigSchema.parse({ capture: folder, service: { find: 'assume' } });
      await warehouse.useRun('test');
      const sources = captureIds.map((captureId, index) => ({
        ...{ captureId, sessionId: String(index), captureName: String(index) },
        ...{ site: null, videoId: null, homeId: null, resolutionPx: null },
      }));
      await registerRun(warehouse, { runId: 'test', config, simulated: true }, sources);
      await buildFeatureTables(warehouse, 'test', config, [], () => undefined);
      return await warehouse.rows(
        "select split_part(session_id, '#', 1)::integer as session, client_port, request_us::varchar as request_us, downstream_bytes, kind from session_segments join main.flows using (capture_id, flow_id)",
      );
    });
    const truth = new Map(
      simulated.flatMap(({ truth: { segments } }, session) =>
        segments.map((segment) => [keyOf(session, segment), segment.kind] as const),
      ),
    );
    const separate = simulated.map(({ truth: { segments } }) =>
      segments.some(({ kind }) => kind === 'audio'),
    );
    const counts = { audio: 0, audioFound: 0, guessed: 0, right: 0, muxedGuessed: 0 };
    for (const row of rows) {
      const session = Number(row['session']);
      const kind = truth.get(`${session} ${String(row['client_port'])} ${String(row['request_us'])}`);
      if (Number(row['downstream_bytes']) < MEDIA_BYTES) {
        assert.equal(row['kind'], null);
        continue;
      }
      if (separate[session] && kind === 'audio') counts.audio++;
      if (kind === 'audio' && row['kind'] === 'audio') counts.audioFound++;
      if (row['kind'] === null) continue;
      counts.guessed++;
      if (kind === row['kind']) counts.right++;
      if (!separate[session]) counts.muxedGuessed++;
    }
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('guesses audio and video as the simulator made them, and neither if audio is inside the video', async () => {
  // Netflix: by tight sizes, which Opus does not have.
  const counts = await guessed(simulate('netflix', 'aac'));
  const said = JSON.stringify(counts);
  assert.ok(counts.audio > 100, said);
  assert.ok(counts.audioFound >= 0.95 * counts.audio, said);
  assert.ok(counts.right >= 0.98 * counts.guessed, said);
  assert.equal(counts.muxedGuessed, 0, said);
});

it('knows audio from video by the two sizes of requests, whatever the codec', async () => {
  for (const audioCodec of ['aac', 'opus'] as const) {
    const counts = await guessed(simulate('youtube', audioCodec));
    const said = JSON.stringify(counts);
    assert.ok(counts.audio > 100, said);
    assert.ok(counts.audioFound >= 0.9 * counts.audio, said);
    assert.ok(counts.right >= 0.98 * counts.guessed, said);
  }
});

const keyOf = (session: number, { flow, requestUs }: SegmentRecord): string =>
  `${session} ${flow.client.port} ${requestUs}`;
