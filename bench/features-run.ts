import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyseCaptureConfigSchema } from '../schemas/run-config.js';
import { serviceRulesFileSchema, type ServiceRule } from '../schemas/services.js';
import { buildFeatures, registerRun } from '../warehouse/build-run.js';
import { withWarehouse } from '../warehouse/connection.js';
import { projectRoot } from '../warehouse/project-root.js';
import { quoteText } from '../warehouse/quote-text.js';

const RUN_ID = 'bench';
const SETTINGS = analyseCaptureConfigSchema.parse({ capture: 'bench' });

/** The shipped rules that tell services. */
function readRules(): ServiceRule[] {
  const path = join(projectRoot(), 'services', 'default.json');
  return serviceRulesFileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).services;
}

/** Registers the run on the one capture of a warehouse. */
export async function registerBenchRun(path: string): Promise<void> {
  await withWarehouse(path, async (warehouse) => {
    const [capture] = await warehouse.rows('select capture_id::varchar as id from main.captures');
    await registerRun(warehouse, { runId: RUN_ID, config: SETTINGS, simulated: false }, [
      {
        ...{ captureId: String(capture?.['id']), sessionId: 'bench', captureName: 'bench' },
        ...{ site: null, videoId: null, homeId: null, resolutionPx: null },
      },
    ]);
  });
}

/** Sessions, segments and all features of the registered run, as a run of the program makes them. */
export async function buildBenchRun(path: string): Promise<Record<string, number>> {
  return await withWarehouse(path, async (warehouse) => {
    await warehouse.useRun(RUN_ID);
    return await warehouse.transaction(() =>
      buildFeatures(warehouse, RUN_ID, SETTINGS, readRules(), () => undefined),
    );
  });
}

/** The packets of the run's sessions as Parquet, for programs that start from a table of them; the run is built. */
export async function writeSessionPackets(path: string, target: string): Promise<void> {
  await withWarehouse(path, async (warehouse) => {
    await warehouse.useRun(RUN_ID);
    await warehouse.run(`
      copy (
        select
          own.session_id, own.flow_id, own.is_tcp, own.has_media, own.origin_us, packet.timestamp_us, packet.is_upstream,
          packet.wire_length, packet.payload_length, packet.tcp_flags, packet.tcp_seq, packet.tcp_ack, packet.tcp_window
        from main.packets as packet
        join session_flows as own using (capture_id, flow_id)
        where packet.timestamp_us >= own.origin_us and packet.timestamp_us < own.bound_us
        order by packet.packet_index
      ) to ${quoteText(target)} (format parquet, compression uncompressed)`);
  });
}
