-- feat_packets: one row per (session_id, window_index) that has a packet.
-- reads: packets, service_flows, session_windows, sessions
-- params: window_seconds, lengths
with bounds as (
  select session_id, capture_id, client_address, service, min(start_us) as origin_us, max(end_us) as end_us
  from session_windows
  group by all
),

session_packets as (
  select
    bound.session_id,
    packet.flow_id,
    packet.is_upstream,
    packet.payload_length,
    if($lengths = 'wire', packet.wire_length, packet.captured_length) as link_bytes,
    ((packet.timestamp_us - bound.origin_us) // ($window_seconds * 1000000))::integer as window_index,
    (packet.timestamp_us - lag(packet.timestamp_us) over (
      partition by bound.session_id, packet.flow_id, packet.is_upstream order by packet.packet_index
    )) / 1000.0 as gap_ms
  from main.packets as packet
  join service_flows as flow using (capture_id, flow_id)
  join bounds as bound
    on bound.capture_id = packet.capture_id
    and bound.client_address = flow.client_address
    and bound.service = flow.service
    and packet.timestamp_us >= bound.origin_us
    and packet.timestamp_us < bound.end_us
),

feat_packets as (
  select
    session_id,
    window_index,
    count_if(is_upstream)::integer as "userPacketCount",
    count_if(not is_upstream)::integer as "serverPacketCount",
    coalesce(sum(payload_length) filter (is_upstream), 0)::double as "userByteCount",
    coalesce(sum(payload_length) filter (not is_upstream), 0)::double as "serverByteCount",
    coalesce(sum(link_bytes) filter (is_upstream), 0) * 8 / 1000.0 / $window_seconds as "service_Video_throughput_up",
    coalesce(sum(link_bytes) filter (not is_upstream), 0) * 8 / 1000.0 / $window_seconds as "service_Video_throughput_down",
    count(distinct flow_id)::integer as parallel_flows,
    avg(gap_ms) filter (is_upstream) as "userAvgInterArrivalTime",
    avg(gap_ms) filter (not is_upstream) as "serverAvgInterArrivalTime",
    stddev_pop(gap_ms) filter (is_upstream) as "userStdInterArrivalTime",
    stddev_pop(gap_ms) filter (not is_upstream) as "serverStdInterArrivalTime",
    max(gap_ms) filter (is_upstream) as "userMaxInterArrivalTime",
    max(gap_ms) filter (not is_upstream) as "serverMaxInterArrivalTime",
    avg(payload_length) filter (is_upstream) as "userAvgBytesPerPacket",
    avg(payload_length) filter (not is_upstream) as "serverAvgBytesPerPacket",
    max(payload_length) filter (is_upstream) as "userMaxBytesPerPacket",
    max(payload_length) filter (not is_upstream) as "serverMaxBytesPerPacket"
  from session_packets
  group by all
)

select * from feat_packets order by session_id, window_index
