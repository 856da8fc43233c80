import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { analyseCaptureConfigSchema } from '../../../schemas/run-config.js';
import { timelineWarnings } from '../../../warehouse/captures/timeline-warnings.js';
import { withWarehouse } from '../../../warehouse/core/open-warehouse.js';
import { buildFeatureTables } from '../../../warehouse/features/build-features.js';
import { registerRun } from '../../../warehouse/runs/register-run.js';
import { loadCaptures } from '../../load-captures.js';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';

const reports = sharedData('reports', 'captures');
const skip = reports === null && NO_SHARED_DATA;
const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

/** Warnings of a run on the captures, whose names are a, b, … */
async function warningsOf(captures: readonly Uint8Array[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vqi-timeline-'));
  try {
    const paths = captures.map((bytes, i) => {
      const path = join(folder, `${'abc'[i]!}.pcap`);
      writeFileSync(path, bytes);
      return path;
    });
    const warehousePath = join(folder, 'warehouse.duckdb');
    const ids = await loadCaptures(warehousePath, paths, folder);
    return await withWarehouse(warehousePath, async (warehouse) => {
      await warehouse.useRun('test');
      const config = analyseCaptureConfigSchema.parse({ capture: folder, service: { find: 'assume' } });
      await registerRun(
        warehouse,
        { runId: 'test', config, simulated: false },
        ids.map((captureId, i) => ({
          sessionId: 'abc'[i]!,
          captureId,
          captureName: 'abc'[i]!,
          site: null,
          videoId: null,
          homeId: null,
          resolutionPx: null,
        })),
      );
      await buildFeatureTables(warehouse, 'test', config, [], () => undefined);
      return await timelineWarnings(warehouse, 'test');
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(name: string): Buffer {
  return gunzipSync(readFileSync(join(reports!, `${name}.pcap.gz`)));
}

/** Records `from` to `to` of a little-endian pcap, as a pcap. */
function part(pcap: Buffer, from: number, to: number): Buffer {
  const borders = [FILE_HEADER_BYTES];
  for (let at = FILE_HEADER_BYTES; at < pcap.length; borders.push(at))
    at += RECORD_HEADER_BYTES + pcap.readUInt32LE(at + 8);
  return Buffer.concat([
    pcap.subarray(0, FILE_HEADER_BYTES),
    pcap.subarray(borders[from], borders[Math.min(to, borders.length - 1)]),
  ]);
}

it('one whole capture gives no warning', { skip }, async () => {
  assert.deepEqual(await warningsOf([report('cap_base')]), []);
});

it('a capture of one direction says why it has no session', { skip }, async () => {
  const [downOnly, ...rest] = await warningsOf([report('cap_downonly')]);
  assert.match(
    downOnly ?? '',
    /^1 capture has no requests, probably because only one direction was captured, and so no sessions: for example a;/,
  );
  const [upOnly] = await warningsOf([report('cap_uponly')]);
  assert.match(upOnly ?? '', /^1 capture has no answers, .* for example a;/);
  assert.deepEqual(rest, []);
});

it('a viewer over IPv4 and IPv6 is said to be two sessions', { skip }, async () => {
  assert.deepEqual(await warningsOf([report('cap_dualstack')]), [
    '1 session over IPv4 is at the same time as one of the same service over IPv6 in the same capture: if that is one viewer, its media is divided between two sessions, for example a#2 and a',
  ]);
});

it('a capture that goes on in another file, and packets in two files, are said', { skip }, async () => {
  const base = report('cap_base');
  const [goesOn, ...none] = await warningsOf([part(base, 0, 800), part(base, 800, 1650)]);
  assert.match(
    goesOn ?? '',
    /^1 capture has connections that continue in another file \(\d+ connections, for example from a to b\)/,
  );
  assert.deepEqual(none, []);
  const [common] = await warningsOf([part(base, 0, 1600), base]);
  assert.match(common ?? '', /^\d+ segments are at the same time in two captures, for example in a and b:/);
});

it('files with the same content are said', { skip }, async () => {
  const base = report('cap_base');
  assert.deepEqual(await warningsOf([base, base]), [
    '2 files have the same content as another one, for example a and b: the sessions count once for each name; leave copies out',
  ]);
});
