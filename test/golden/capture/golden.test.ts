import assert from 'node:assert/strict';
import { createReadStream, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { NO_FLOW, type Flow } from '../../../schemas/capture.js';
import { repositoryRoot, sharedData } from '../../shared-data.js';
import { collect, type PacketRow } from '../../unit/capture/collect.js';

/** Expected packets by another tool: see make-expected.py. Each JSON file in this folder is a case. */
interface Expected {
  readonly fixture: string;
  readonly packets: readonly string[];
}

const folder = join(repositoryRoot(), 'test', 'golden', 'capture');

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const { fixture, packets: expected } = readExpected(join(folder, file));
  const path = fixture.includes('/') ? sharedData('pcaps', ...fixture.split('/')) : join(folder, fixture);
  test(`${fixture} as tshark reads it`, { skip: path === null && 'shared data absent' }, async () => {
    const { summary, packets } = await collect(createReadStream(path!));
    const actual = packets.slice(0, expected.length).map((row) => describe(row, summary.flows[row.flow_id]));
    assert.deepEqual(actual, expected);
  });
}

function readExpected(path: string): Expected {
  const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
  assert.ok(typeof json === 'object' && json !== null && 'fixture' in json && 'packets' in json);
  const { fixture, packets } = json;
  assert.ok(typeof fixture === 'string' && Array.isArray(packets));
  return { fixture, packets: packets.map(String) };
}

/** One packet as make-expected.py writes it. */
function describe(row: PacketRow, flow: Flow | undefined): string {
  const head = [row.timestamp_us, row.wire_length, row.captured_length];
  if (row.flow_id === NO_FLOW || !flow) return [...head, '- - 0 0 0 0 0 0 0 0'].join(' ');
  const client = [flow.clientAddress, flow.clientPort] as const;
  const server = [flow.serverAddress, flow.serverPort] as const;
  const [source, destination] = row.is_upstream === 1 ? [client, server] : [server, client];
  return [
    ...head,
    source[0],
    destination[0],
    flow.protocol,
    source[1],
    destination[1],
    row.tcp_seq,
    row.tcp_ack,
    row.tcp_flags,
    row.tcp_window,
    row.payload_length,
  ].join(' ');
}
