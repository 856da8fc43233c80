import { typesOf } from '../core/duckdb.js';
import type { Warehouse } from '../core/warehouse.js';

/** Direction of packets that netml assigns to no five-tuple: all of IPv6. */
const NO_FIVE_TUPLE = -1;

/** One-way part of a flow: null for the packets that netml assigns to no five-tuple. */
export interface FlowSide {
  readonly flowId: number | null;
  readonly isUpstream: boolean | null;
}

/** The flow and side of a packet's `direction`. */
export function sideOf(direction: number): FlowSide {
  if (direction === NO_FIVE_TUPLE) return { flowId: null, isUpstream: null };
  return { flowId: Math.floor(direction / 2), isUpstream: direction % 2 === 1 };
}

/**
 * Reads a capture's TCP and UDP packets, in file order, as netml sees them: one direction for each side of a five-tuple,
 * and one for all of IPv6. Left out are TCP packets whose header was cut off and later fragments of TCP, which have
 * neither flags, nor acknowledgement, nor window, and later fragments without a known first one, which have no ports.
 *
 * @param onPacket called with every packet; seconds are float64, bytes are the captured length
 * @param onChunk called with the number of packets so far after every chunk, and awaited
 */
export async function readFlowPackets(
  warehouse: Warehouse,
  captureId: string,
  onPacket: (direction: number, timeSeconds: number, lengthBytes: number) => void,
  onChunk: (packets: number) => Promise<void>,
): Promise<void> {
  const values = { capture_id: captureId };
  const result = await warehouse.connection.stream(
    `select
      if(flow.ip_version = 4, 2 * flow.flow_id::double + packet.is_upstream::integer, ${NO_FIVE_TUPLE}) as direction,
      packet.timestamp_us::double / 1e6 as time_seconds,
      packet.captured_length::double as length_bytes
    from main.packets as packet
    join main.flows as flow using (capture_id, flow_id)
    where
      packet.capture_id = $capture_id::bigint
      and flow.protocol in (6, 17)
      and not (flow.client_port = 0 and flow.server_port = 0)
      and not (flow.protocol = 6 and packet.tcp_flags = 0 and packet.tcp_ack = 0 and packet.tcp_window = 0)
    order by packet.packet_index`,
    values,
    typesOf(values),
  );
  let packets = 0;
  for await (const chunk of result) {
    const [directions, times, lengths] = [0, 1, 2].map((column) => chunk.getColumnVector(column));
    for (let row = 0; row < chunk.rowCount; row++) {
      onPacket(Number(directions?.getItem(row)), Number(times?.getItem(row)), Number(lengths?.getItem(row)));
    }
    packets += chunk.rowCount;
    await onChunk(packets);
  }
}
