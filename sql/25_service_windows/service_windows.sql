-- service_windows: one row per (capture_id, service, window_index): the statistics of a service's packets that the
-- course asks for. Gaps are between consecutive packets of the service inside the window: their sum is the time from
-- its first to its last packet. Destinations are the receivers' addresses.
-- reads: packets, flows, service_flows, service_segments
-- params: window_seconds, align, lengths
with origins as (
  select
    capture_id,
    service,
    if($align = 'epoch', min(first_us) - min(first_us) % ($window_seconds::bigint * 1000000), min(first_us)) as origin_us
  from service_flows
  join main.flows using (capture_id, flow_id)
  group by capture_id, service
),

tracked as (
  select capture_id, flow_id, service, origin_us, client_address, server_address
  from service_flows
  join origins using (capture_id, service)
),

-- Grouped by flow first: then few rows are left to group by names and addresses.
flow_windows as (
  select
    packet.capture_id,
    packet.flow_id,
    packet.is_upstream,
    (packet.timestamp_us - tracked.origin_us) // ($window_seconds::bigint * 1000000) as window_index,
    count(*) as packet_count,
    sum(if($lengths = 'wire', packet.wire_length, packet.captured_length)) as total_bytes,
    max(if($lengths = 'wire', packet.wire_length, packet.captured_length)) as max_bytes,
    min(packet.timestamp_us) as first_us,
    max(packet.timestamp_us) as last_us
  from main.packets as packet
  join tracked using (capture_id, flow_id)
  group by all
),

packet_windows as (
  select
    capture_id,
    service,
    window_index::integer as window_index,
    origin_us + window_index * ($window_seconds::bigint * 1000000) as start_us,
    sum(packet_count)::integer as packet_count,
    coalesce(sum(packet_count) filter (is_upstream), 0)::integer as upstream_packet_count,
    sum(total_bytes)::bigint as total_bytes,
    max(max_bytes)::integer as max_bytes,
    sum(total_bytes) / sum(packet_count) as mean_bytes,
    (max(last_us) - min(first_us)) / nullif(sum(packet_count) - 1, 0) / 1e6 as mean_inter_arrival_seconds,
    count(distinct if(is_upstream, server_address, client_address))::integer as destination_count
  from flow_windows
  join tracked using (capture_id, flow_id)
  group by capture_id, service, window_index, origin_us
),

segment_windows as (
  select
    capture_id,
    service,
    ((end_us - origin_us) // ($window_seconds::bigint * 1000000))::integer as window_index,
    count(*)::integer as segment_count,
    sum(downstream_bytes)::bigint as segment_bytes,
    max(downstream_bytes)::bigint as largest_segment_bytes
  from service_segments
  join origins using (capture_id, service)
  where downstream_bytes > 0
  group by capture_id, service, (end_us - origin_us) // ($window_seconds::bigint * 1000000)
),

service_windows as (
  select
    packet_windows.*,
    coalesce(segment_windows.segment_count, 0) as segment_count,
    coalesce(segment_windows.segment_bytes, 0) as segment_bytes,
    segment_windows.largest_segment_bytes
  from packet_windows
  left join segment_windows using (capture_id, service, window_index)
)

select * from service_windows order by capture_id, service, window_index
