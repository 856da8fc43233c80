-- flow_features: one row per (capture_id, flow_index): a one-way flow as netml cuts it, and its representations; null
-- if a kind was not requested or cannot be computed. All rows of a capture have lists of the same lengths. Addresses
-- are null in the one flow that netml makes of all IPv6 packets of a capture, both directions, TCP and UDP.
-- reads: flows, run_sources
-- params: run_id, path
with computed as (
  select *
  from read_json(
    $path,
    format = 'newline_delimited',
    compression = 'uncompressed',
    hive_partitioning = false,
    maximum_object_size = 1000000000,
    columns = {
      capture_id: 'bigint',
      flow_index: 'uinteger',
      flow_id: 'uinteger',
      is_upstream: 'boolean',
      first_us: 'bigint',
      packet_count: 'uinteger',
      iat: 'double[]',
      size: 'double[]',
      iat_size: 'double[]',
      stats: 'double[]',
      samp_num: 'double[]',
      samp_size: 'double[]'
    }
  )
),

captures as (
  select capture_id, min(capture_name) as capture_name from main.run_sources where run_id = $run_id group by capture_id
)

select
  computed.capture_id,
  captures.capture_name,
  computed.flow_index,
  computed.flow_id,
  computed.is_upstream,
  if(computed.is_upstream, flow.client_address, flow.server_address) as source_address,
  if(computed.is_upstream, flow.server_address, flow.client_address) as destination_address,
  if(computed.is_upstream, flow.client_port, flow.server_port) as source_port,
  if(computed.is_upstream, flow.server_port, flow.client_port) as destination_port,
  flow.protocol,
  computed.first_us,
  computed.packet_count,
  computed.iat,
  computed.size,
  computed.iat_size,
  computed.stats,
  computed.samp_num,
  computed.samp_size
from computed
join captures using (capture_id)
left join main.flows as flow using (capture_id, flow_id)
order by capture_name, capture_id, flow_index
