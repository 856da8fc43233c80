import assert from 'node:assert/strict';
import { createReadStream, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { projectRoot } from '../../../common/project-root.js';
import { NO_FLOW, type Flow } from '../../../schemas/capture.js';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';
import { collect, type PacketRow } from '../../unit/capture/collect.js';

/** Expected packets from another tool: see make-expected.py. Each JSON file in this folder is a case. */
interface Expected {
  readonly fixture: string;
  readonly packets: readonly string[];
}

const folder = join(projectRoot(), 'test', 'golden', 'capture');

interface Difference {
  readonly why: string;
  /** Converts tshark's lines to the lines expected from the decoder. */
  readonly change: (lines: readonly string[]) => string[];
}

/** Fixtures that the decoder reads differently from tshark, on purpose. */
const DIFFERENCES: ReadonlyMap<string, Difference> = new Map([
  [
    'format/pcapng-example.pcapng',
    {
      why: 'times of the year 584542 are replaced by the time of the previous packet, and counted',
      change: (lines) => {
        let before = '';
        return lines.map((line) => {
          const [time, ...rest] = line.split(' ');
          if (BigInt(time!) <= Number.MAX_SAFE_INTEGER) before = time!;
          return [before, ...rest].join(' ');
        });
      },
    },
  ],
  [
    'ip/fragmented-syn.pcap',
    {
      why: 'a TCP header that ends in the second fragment is not read after its ports, and counted',
      change: (lines) => {
        const [first, second] = lines.map((line) => line.split(' '));
        return [
          [...first!.slice(0, 8), '0 0 0 0 0'].join(' '),
          [...second!.slice(0, 8), '0 0 0 0', second!.at(-1)].join(' '),
        ];
      },
    },
  ],
  [
    'link/LINKTYPE_IPV4_invalid.pcap',
    {
      why: 'an IPv6 header on a link that carries only IPv4 is refused, and counted',
      change: ([line]) => [[...line!.split(' ').slice(0, 3), '- - 0 0 0 0 0 0 0 0'].join(' ')],
    },
  ],
]);

const UNDECODED = '- - 0 0 0 0 0 0 0 0';

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const { fixture, packets: expected } = readExpected(join(folder, file));
  const path = fixture.includes('/') ? sharedData('pcaps', ...fixture.split('/')) : join(folder, fixture);
  const difference = DIFFERENCES.get(fixture);
  test(
    `${fixture} as tshark reads it${difference ? `, but ${difference.why}` : ''}`,
    { skip: path === null && NO_SHARED_DATA },
    async () => {
      const { summary, packets } = await collect(createReadStream(path!));
      const actual = packets
        .slice(0, expected.length)
        .map((row) => describe(row, summary.flows[row.flow_id]));
      assert.deepEqual(actual, difference?.change(expected) ?? withoutCopies(expected, actual));
      if (difference) assert.notDeepEqual(actual, expected, 'the difference is gone');
    },
  );
}

function readExpected(path: string): Expected {
  const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
  assert.ok(typeof json === 'object' && json !== null && 'fixture' in json && 'packets' in json);
  const { fixture, packets } = json;
  assert.ok(typeof fixture === 'string' && Array.isArray(packets));
  return { fixture, packets: packets.map(String) };
}

/** tshark reads packets that a capture contains twice; here they have no flow. One of the packets just before is the same. */
function withoutCopies(expected: readonly string[], actual: readonly string[]): string[] {
  const content = (line: string): string => line.split(' ').slice(3).join(' ');
  return expected.map((line, i) => {
    const isCopy = expected.slice(Math.max(0, i - 8), i).some((before) => content(before) === content(line));
    const undecoded = [...line.split(' ').slice(0, 3), UNDECODED].join(' ');
    return isCopy && actual[i] === undecoded ? undecoded : line;
  });
}

/** One packet in the format of make-expected.py. */
function describe(row: PacketRow, flow: Flow | undefined): string {
  const head = [row.timestamp_us, row.wire_length, row.captured_length];
  if (row.flow_id === NO_FLOW || !flow) return [...head, UNDECODED].join(' ');
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
