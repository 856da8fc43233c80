import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  buildFlowFeatureTable,
  type FlowFeaturesResult,
} from '../../../activities/warehouse/flow-features.js';
import { projectRoot } from '../../../common/project-root.js';
import { FLOW_FEATURE_KINDS } from '../../../schemas/flow-feature-kinds.js';
import { flowFeaturesConfigSchema } from '../../../schemas/flow-features.js';
import { columnOf } from '../../../warehouse/captures/flow-feature-files.js';
import { withWarehouse } from '../../../warehouse/core/open-warehouse.js';
import { type SqlRow } from '../../../warehouse/core/warehouse.js';
import { loadCaptures } from '../../load-captures.js';
import { NO_SHARED_DATA, sharedData } from '../../shared-data.js';

type FiveTuple = readonly [
  source: string,
  destination: string,
  sport: number,
  dport: number,
  protocol: number,
];

/** netml's result for a kind, in the format of make-expected.py: the width and one of the other members. */
interface ExpectedKind {
  readonly width: number;
  /** Without trailing zeros. */
  readonly rows?: readonly (readonly number[])[];
  /** Per row: sum of values, sum of values times place. */
  readonly sums?: readonly (readonly number[])[];
  /** Sums of values, times place, times row. */
  readonly total?: readonly number[];
  readonly fails?: string;
}

type Expected = Readonly<Record<(typeof FLOW_FEATURE_KINDS)[number], ExpectedKind>> & {
  readonly capture: string;
  readonly split: Readonly<Record<string, number>>;
  readonly flows?: readonly FiveTuple[];
  readonly fails?: string;
};

const FOLDER = join(projectRoot(), 'test', 'golden', 'flow-features');
const cases = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as readonly Expected[];

/** netml fails on a capture without flows; this program gives no flows. */
const NO_FLOWS = 'IndexError: index -1 is out of bounds for axis 0 with size 0';

/** Captures with times finer than the microseconds in the tables. */
const NANOSECONDS = new Set(
  [
    'format/anydesk.pcapng',
    'format/nano.pcapng',
    'format/netflowv9.pcap',
    'format/sites.pcapng',
    'format/tcp-handshake-nano.pcap',
    'format/viber.pcap',
    'video/qoe_on_3_profile7.pcap.pcap',
    'video/qoe_on_59_profile10.pcap.pcap',
    'video/quic_kyber.pcapng',
  ].map((file) => `pcaps/${file}`),
);

/** Captures of which scapy, and therefore netml, reads other packets. */
const READ_OTHERWISE: Readonly<Record<string, string>> = {
  'pcaps/corrupt/pcap-invalid-version-1.pcap': 'refused here',
  'pcaps/corrupt/pcapng-invalid-vers-1.pcapng': 'refused here',
  'pcaps/corrupt/shb-option-too-long.pcapng': 'refused by both',
  'pcaps/format/pcapng-example.pcapng': 'times out of range: netml keeps them',
  'pcaps/ip/dns_fragmented.pcap': 'later fragments belong to their flow; netml drops them',
  'pcaps/ip/fragmented-1.pcap': 'later fragments',
  'pcaps/ip/fragmented-2.pcap': 'later fragments',
  'pcaps/ip/ip4_fragments.pcap': 'later fragments',
  'pcaps/ip/ip6_fragments.pcap': 'later fragments',
  'pcaps/ip/ipv6-fragmented-dns.pcap': 'later fragments',
  'pcaps/link/connect-with-header.pcap': 'IPv6 after a loopback header that scapy does not know',
  'pcaps/pcapng-suite/le_test010.pcapng': 'simple packet blocks, which scapy skips',
  'pcaps/pcapng-suite/le_test012.pcapng': 'simple packet blocks',
  'pcaps/pcapng-suite/le_test101.pcapng': 'simple packet blocks',
  'pcaps/pcapng-suite/le_test102.pcapng': 'simple packet blocks',
  'pcaps/vlan/6in4tunnel.pcap':
    'in a tunnel: the inner flow; netml combines the outer addresses and the inner ports',
  'pcaps/vlan/vxlan.pcap': 'in a tunnel',
};

/** The settings that differ from the default, as a key. */
const splitKey = (split: object): string => JSON.stringify(split);

const pathOf = ({ capture }: Expected): string | null =>
  capture.includes('/') || capture.endsWith('.gz')
    ? sharedData(...capture.split('/'))
    : join(FOLDER, capture);

describe("flow features equal netml's", () => {
  let folder = '';
  const results = new Map<string, FlowFeaturesResult>();
  const rowsOf = new Map<string, SqlRow[]>();
  const compared = cases.filter((one) => !(one.capture in READ_OTHERWISE));

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vqi-flow-features-'));
    const warehousePath = join(folder, 'warehouse.duckdb');
    const paths = new Map(
      compared.flatMap((one): [string, string][] => {
        const path = pathOf(one);
        return path === null ? [] : [[one.capture, path]];
      }),
    );
    const ids = await loadCaptures(warehousePath, [...paths.values()], folder);
    const sources = [...paths.keys()].map((name, index) => ({
      captureId: ids[index] ?? '',
      sessionId: name,
      captureName: name,
      site: null,
      videoId: null,
      homeId: null,
      resolutionPx: null,
    }));
    await withWarehouse(warehousePath, async (warehouse) => {
      await warehouse.useRun('test');
      // All captures with one setting form a run.
      for (const key of new Set(compared.map(({ split }) => splitKey(split)))) {
        const names = compared.filter(({ split }) => splitKey(split) === key).map(({ capture }) => capture);
        const config = flowFeaturesConfigSchema.parse({ capture: 'any', split: JSON.parse(key) as unknown });
        const input = {
          runId: 'test',
          config,
          sources: sources.filter(({ sessionId }) => names.includes(sessionId)),
          folder: join(folder, key),
        };
        results.set(key, await buildFlowFeatureTable(warehouse, input, () => undefined));
        for (const row of await warehouse.rows('from flow_features order by capture_id, flow_index')) {
          const id = `${String(row['capture_id'])} ${key}`;
          rowsOf.set(id, [...(rowsOf.get(id) ?? []), row]);
        }
        for (const { captureId, sessionId } of input.sources)
          rowsOf.set(`${sessionId} ${key}`, rowsOf.get(`${captureId} ${key}`) ?? []);
      }
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const expected of compared) {
    const { capture, split } = expected;
    const key = splitKey(split);
    test(`${capture} ${key}`, { skip: pathOf(expected) === null && NO_SHARED_DATA }, () => {
      const rows = rowsOf.get(`${capture} ${key}`) ?? [];
      const warnings = results.get(key)?.warnings.filter((text) => text.startsWith(`${capture}: `)) ?? [];
      if (expected.flows === undefined) {
        assert.equal(rows.length, 0);
        assert.equal(warnings.length, expected.fails === NO_FLOWS ? 0 : 1, expected.fails);
        return;
      }
      assert.deepEqual(rows.map(fiveTuple), expected.flows);
      assert.equal(
        warnings.length,
        FLOW_FEATURE_KINDS.filter((kind) => expected[kind].fails !== undefined).length,
      );
      for (const kind of FLOW_FEATURE_KINDS) {
        if (NANOSECONDS.has(capture) && kind !== 'SIZE') continue;
        const lists = rows.map((row) => row[columnOf(kind)]);
        compare(`${capture} ${kind}`, lists, expected[kind]);
      }
      if (NANOSECONDS.has(capture)) compareGaps(rows, expected.IAT);
    });
  }

  test('the matrices have one line per flow, with the values of the table', () => {
    const key = splitKey({ quantile: 0.5 });
    const rows = rowsOf.get(`flows.pcap ${key}`) ?? [];
    for (const kind of FLOW_FEATURE_KINDS) {
      const text = readFileSync(join(folder, key, `flow_features_${columnOf(kind)}.csv`), 'utf8');
      const [head, ...lines] = text.trimEnd().split('\n');
      const values = lines.map((line) => line.split(',').slice(7).map(Number));
      assert.deepEqual(
        values,
        rows.map((row) => row[columnOf(kind)]),
      );
      assert.equal(head?.split(',').length, 7 + (values[0]?.length ?? 0));
    }
  });
});

function fiveTuple(row: SqlRow): FiveTuple {
  if (row['flow_id'] === null) return ['', '', -1, -1, -1];
  return [
    String(row['source_address']),
    String(row['destination_address']),
    Number(row['source_port']),
    Number(row['destination_port']),
    Number(row['protocol']),
  ];
}

function compare(what: string, rows: readonly unknown[], expected: ExpectedKind): void {
  if (expected.fails !== undefined) {
    assert.ok(
      rows.every((row) => row === null),
      what,
    );
    return;
  }
  const matrix = rows.map((row) => numbers(row));
  for (const row of matrix) assert.equal(row.length, expected.width, what);
  if (expected.rows !== undefined) {
    for (const [index, row] of matrix.entries()) {
      const shorter = expected.rows[index] ?? [];
      for (const [place, value] of row.entries())
        close(value, shorter[place] ?? 0, `${what} [${index}][${place}]`);
    }
    return;
  }
  const sums = matrix.map((row) => [sum(row), sum(row.map((value, place) => value * (place + 1)))] as const);
  if (expected.sums !== undefined) {
    for (const [index, row] of sums.entries()) {
      for (const [which, value] of row.entries())
        close(value, expected.sums[index]![which]!, `${what} [${index}]`);
    }
    return;
  }
  const total = [
    sum(sums.map(([plain]) => plain)),
    sum(sums.map(([, byPlace]) => byPlace)),
    sum(sums.map(([plain], index) => plain * (index + 1))),
  ];
  for (const [which, value] of total.entries())
    close(value, expected.total![which]!, `${what}, sum ${which}`);
}

/**
 * Gaps of times cut to microseconds have an error of less than one microsecond, plus the last bits of a float64 of
 * this size.
 */
function compareGaps(rows: readonly SqlRow[], expected: ExpectedKind): void {
  if (expected.rows === undefined) return;
  for (const [index, row] of rows.entries()) {
    for (const [place, value] of numbers(row['iat']).entries()) {
      const difference = Math.abs(value - (expected.rows[index]?.[place] ?? 0));
      assert.ok(difference < 1.5e-6, `[${index}][${place}]: off by ${difference} s`);
    }
  }
}

function close(value: number, expected: number, what: string): void {
  const difference = Math.abs(value - expected);
  assert.ok(difference <= 1e-9 * Math.abs(expected), `${what}: ${value}, netml has ${expected}`);
}

function numbers(list: unknown): number[] {
  assert.ok(Array.isArray(list));
  return list.map(Number);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
