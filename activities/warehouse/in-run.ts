import { withWarehouse } from '../../warehouse/core/open-warehouse.js';
import type { Warehouse } from '../../warehouse/core/warehouse.js';
import { heartbeatWhile } from '../heartbeat-while.js';

/**
 * Opens the warehouse for work on the tables of one run, and sends heartbeats until the work ends. A cancellation interrupts
 * the statement that runs.
 *
 * @param work receives a function that sets the progress details of the next heartbeat
 */
export async function inRun<T>(
  warehousePath: string,
  runId: string,
  work: (warehouse: Warehouse, report: (details: unknown) => void) => Promise<T>,
): Promise<T> {
  return await heartbeatWhile((report, signal) =>
    withWarehouse(
      warehousePath,
      async (warehouse) => {
        await warehouse.useRun(runId);
        return await work(warehouse, report);
      },
      signal,
    ),
  );
}
