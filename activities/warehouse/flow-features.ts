import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FlowCollector } from '../../capture/flow-features/flow-collector.js';
import { FlowFeaturesError } from '../../capture/flow-features/flow-features-error.js';
import { FlowFeatures } from '../../capture/flow-features/flow-features.js';
import { countText } from '../../common/count-text.js';
import type { FlowFeatureKind } from '../../schemas/flow-feature-kinds.js';
import type { FlowFeaturesConfig } from '../../schemas/flow-features.js';
import type { SkippedCapture } from '../../schemas/skipped-capture.js';
import { cutWarnings } from '../../warehouse/captures/cut-warnings.js';
import { faultWarnings } from '../../warehouse/captures/fault-warnings.js';
import { columnOf, exportFlowFeatureMatrix } from '../../warehouse/captures/flow-feature-files.js';
import { readFlowPackets, sideOf } from '../../warehouse/captures/flow-packets.js';
import { LinesWriter } from '../../warehouse/captures/lines-writer.js';
import { loadSkippedCaptures } from '../../warehouse/captures/skipped-captures.js';
import { exactPath } from '../../warehouse/core/read-file.js';
import { buildModels, runChecks } from '../../warehouse/core/run-models.js';
import type { Warehouse } from '../../warehouse/core/warehouse.js';
import { allOf, exportTable } from '../../warehouse/export/export-table.js';
import { registerRun, type RunSource } from '../../warehouse/runs/register-run.js';
import { type ActivityDependencies, homePaths } from '../dependencies.js';
import { capturesIn, type GivenCaptures } from '../planning/capture-list.js';
import { inRun } from './in-run.js';

/** Values that are written before the event loop may run. */
const VALUES_AT_A_TIME = 200_000;
/** Most warnings about single captures that are listed. */
const MOST_NAMED = 100;

/** Result of the workflow `flowFeatures`. */
export interface FlowFeaturesResult {
  readonly flows: number;
  /** Captures or kinds without a result, and why. */
  readonly warnings: readonly string[];
  readonly files: readonly string[];
}

export interface BuildFlowFeaturesInput {
  readonly runId: string;
  readonly config: FlowFeaturesConfig;
  readonly sources: readonly RunSource[];
  /** Captures that were left out; by default none. */
  readonly skipped?: readonly SkippedCapture[];
  /** Output folder of the files. */
  readonly folder: string;
}

/**
 * Builds the table `flow_features` of the run that `useRun` selected, and its files: `flow_features.parquet` with one list
 * per kind, and one CSV matrix per kind. A second call gives the same result.
 */
export async function buildFlowFeatureTable(
  warehouse: Warehouse,
  { runId, config, sources, skipped = [], folder }: BuildFlowFeaturesInput,
  report: (details: unknown) => void,
): Promise<FlowFeaturesResult> {
  const kinds = [...new Set(config.kinds)];
  await mkdir(folder, { recursive: true });
  const path = join(folder, `.flow-features-${process.pid}.ndjson`);
  const ofCaptures: string[] = [];
  try {
    const lines = new LinesWriter(path);
    try {
      for (const { captureId, captureName } of unique(sources)) {
        const found = await writeCapture(warehouse, lines, captureId, kinds, config, report);
        ofCaptures.push(...found.map((warning) => `${captureName}: ${warning}`));
      }
    } finally {
      lines.close();
    }
    const flows = await warehouse.transaction(async () => {
      await registerRun(warehouse, { runId, config, simulated: false }, sources);
      await loadSkippedCaptures(warehouse, skipped);
      const rows = await buildModels(
        warehouse,
        ['35_flow_features'],
        { run_id: runId, path: exactPath(path) },
        report,
      );
      await runChecks(warehouse, runId, Object.keys(rows), {});
      return rows['flow_features'] ?? 0;
    });
    const more = ofCaptures.length - MOST_NAMED;
    const warnings = [
      ...ofCaptures.slice(0, MOST_NAMED),
      ...(more > 0
        ? [`${countText(more, 'more warning')} of this kind: captures or kinds without rows in flow_features`]
        : []),
      ...(await cutWarnings(warehouse, runId)),
      ...(await faultWarnings(warehouse, runId, ['capture'])),
    ];
    return { flows, warnings, files: await writeFiles(warehouse, kinds, folder) };
  } finally {
    await rm(path, { force: true });
  }
}

/** Writes one line per flow of a capture. @returns warnings about kinds that cannot be computed */
async function writeCapture(
  warehouse: Warehouse,
  lines: LinesWriter<Record<string, unknown>>,
  captureId: string,
  kinds: readonly FlowFeatureKind[],
  { split }: FlowFeaturesConfig,
  report: (details: unknown) => void,
): Promise<string[]> {
  const collector = new FlowCollector();
  await readFlowPackets(
    warehouse,
    captureId,
    (direction, timeSeconds, lengthBytes) => collector.add(direction, timeSeconds, lengthBytes),
    async (packetsRead) => {
      report({ captureId, packetsRead });
      await setImmediate();
    },
  );
  let features: FlowFeatures;
  try {
    features = new FlowFeatures(collector.finish(), split);
  } catch (error) {
    if (error instanceof FlowFeaturesError) return [error.message];
    throw error;
  }
  const computed = kinds.filter((kind) => features.has(kind));
  let values = 0;
  for (const [flowIndex, flow] of features.flows.entries()) {
    const { flowId, isUpstream } = sideOf(flow.direction);
    const rows = computed.map((kind) => [columnOf(kind), features.row(kind, flow)] as const);
    lines.write([
      {
        capture_id: captureId,
        flow_index: flowIndex,
        flow_id: flowId,
        is_upstream: isUpstream,
        first_us: Math.round(flow.timesSeconds[0]! * 1e6),
        packet_count: flow.timesSeconds.length,
        ...Object.fromEntries(rows),
      },
    ]);
    values += rows.reduce((sum, [, row]) => sum + row.length, 0);
    if (values < VALUES_AT_A_TIME) continue;
    values = 0;
    report({ captureId, flowsWritten: flowIndex + 1 });
    await setImmediate();
  }
  return kinds
    .filter((kind) => !computed.includes(kind))
    .map((kind) => `no ${kind}: 30 % of the flows have no duration, so the sampling interval is 0`);
}

async function writeFiles(
  warehouse: Warehouse,
  kinds: readonly FlowFeatureKind[],
  folder: string,
): Promise<string[]> {
  const [parquet, ...matrices] = filesIn(folder, kinds);
  await exportTable(warehouse, allOf('flow_features'), parquet, 'parquet');
  for (const [index, kind] of kinds.entries())
    await exportFlowFeatureMatrix(warehouse, kind, matrices[index]!);
  return [parquet, ...matrices];
}

/** The file of all kinds, then one for each kind. */
function filesIn(folder: string, kinds: readonly FlowFeatureKind[]): [string, ...string[]] {
  return [
    join(folder, 'flow_features.parquet'),
    ...kinds.map((kind) => join(folder, `flow_features_${columnOf(kind)}.csv`)),
  ];
}

/** Sources without repeated captures: several files may have the same content. */
function unique(sources: readonly RunSource[]): RunSource[] {
  return [...new Map(sources.map((source) => [source.captureId, source])).values()];
}

/** The activity for representations of flows; task queue of the warehouse. */
export function createWarehouseFlowFeatureActivities({ home, files }: ActivityDependencies) {
  const paths = homePaths(home);
  return {
    /** Builds the table `flow_features` of the run, and its files. */
    async buildFlowFeatures(
      input: GivenCaptures & { runId: string; config: FlowFeaturesConfig },
    ): Promise<FlowFeaturesResult> {
      const { runId, config } = input;
      const folder = config.out === null ? paths.run(runId) : resolve(config.out);
      // A link in the folder must not lead elsewhere: files are written under the second name, then renamed.
      const written = filesIn(folder, config.kinds).flatMap((path) => [path, `${path}.part`]);
      await files.requireOutputs([folder, ...written]);
      const captures = await capturesIn(input);
      return await inRun(paths.warehouse, runId, async (warehouse, report) => {
        return await buildFlowFeatureTable(warehouse, { runId, config, ...captures, folder }, report);
      });
    },
  };
}
