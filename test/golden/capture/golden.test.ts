import assert from 'node:assert/strict';
import { createReadStream, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { z } from 'zod';
import { projectRoot } from '../../../common/project-root.js';
import { NO_FLOW, type Flow } from '../../../schemas/capture.js';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';
import { collect, type PacketRow } from '../../unit/capture/collect.js';

/** Expected packets from another tool: see make-expected.py. Each JSON file in this folder is a case. */
const EXPECTED = z.object({
  fixture: z.string(),
  packets: z.array(z.string()),
  /** Frames, counted from 1, that repeat a packet. */
  copies: z.array(z.number()).default([]),
});

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
  const {
    fixture,
    packets: expected,
    copies,
  } = EXPECTED.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
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
      assert.deepEqual(actual, difference?.change(expected) ?? withoutCopies(expected, copies));
      if (difference) assert.notDeepEqual(actual, expected, 'the difference is gone');
    },
  );
}

/** The lines of tshark, but packets that repeat another have no flow here. */
function withoutCopies(lines: readonly string[], copies: readonly number[]): string[] {
  return lines.map((line, index) =>
    copies.includes(index + 1) ? [...line.split(' ').slice(0, 3), UNDECODED].join(' ') : line,
  );
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
