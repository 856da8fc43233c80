-- service_windows: one row per (capture_id, service, window_index): the course's statistics of a service's packets.
-- Gaps are between consecutive packets of the service inside the window: they add up to the time from its first to its
-- last packet. Destinations are receivers' addresses.
-- reads: packets, service_flows, service_segments
-- params: window_seconds, align, lengths
with service_packets as (
  select
    packet.capture_id,
    flow.service,
    packet.timestamp_us,
    packet.is_upstream,
    if($lengths = 'wire', packet.wire_length, packet.captured_length) as length_bytes,
    if(packet.is_upstream, flow.server_address, flow.client_address) as destination_address
  from main.packets as packet
  join service_flows as flow using (capture_id, flow_id)
),

origins as (
  select
    capture_id,
    service,
    if($align = 'epoch', min(timestamp_us) - min(timestamp_us) % ($window_seconds::bigint * 1000000), min(timestamp_us)) as origin_us
  from service_packets
  group by capture_id, service
),

placed as (
  select
    *,
    ((timestamp_us - origin_us) // ($window_seconds::bigint * 1000000))::integer as window_index
  from service_packets
  join origins using (capture_id, service)
),

packet_windows as (
  select
    capture_id,
    service,
    window_index,
    origin_us + window_index * ($window_seconds::bigint * 1000000) as start_us,
    count(*)::integer as packet_count,
    count_if(is_upstream)::integer as upstream_packet_count,
    sum(length_bytes)::bigint as total_bytes,
    max(length_bytes)::integer as max_bytes,
    avg(length_bytes) as mean_bytes,
    (max(timestamp_us) - min(timestamp_us)) / nullif(count(*) - 1, 0) / 1e6 as mean_inter_arrival_seconds,
    count(distinct destination_address)::integer as destination_count
  from placed
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
