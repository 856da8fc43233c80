import { readFile } from 'node:fs/promises';
import { quoteText } from '../warehouse/core/identifier.js';
import { withWarehouse } from '../warehouse/core/open-warehouse.js';
import { buildFeatureTables } from '../warehouse/features/build-features.js';
import { registerRun } from '../warehouse/runs/register-run.js';
import type { FeaturesInput } from './features-input.js';

const RUN_ID = 'bench';

/**
 * Registers a run on the one capture of a warehouse and builds its sessions, segments and all features, in one transaction,
 * as the activity `analyseCapture` does.
 *
 * @param inputPath a file written by `writeFeaturesInput`
 */
export async function buildBenchRun(path: string, inputPath: string): Promise<Record<string, number>> {
  const { settings, rules } = JSON.parse(await readFile(inputPath, 'utf8')) as FeaturesInput;
  return await withWarehouse(path, async (warehouse) => {
    const [capture] = await warehouse.rows('select capture_id::varchar as id from main.captures');
    await warehouse.useRun(RUN_ID);
    return await warehouse.transaction(async () => {
      await registerRun(warehouse, { runId: RUN_ID, config: settings, simulated: false }, [
        {
          ...{ captureId: String(capture?.['id']), sessionId: 'bench', captureName: 'bench' },
          ...{ site: null, videoId: null, homeId: null, resolutionPx: null },
        },
      ]);
      return await buildFeatureTables(warehouse, RUN_ID, settings, rules, () => undefined);
    });
  });
}

/** Writes the packets of the run's sessions as Parquet, for programs that start from packets. The run must be built. */
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
