-- feat_packets: one row per (session_id, window_index, is_upstream) that has a packet of the session: bytes, counts, flags
-- and statistics.
-- temporary
-- reads: packet_counts, value_statistics, feat_gaps, session_windows
with sums as (
  select
    side,
    sum(link_bytes) as service_bytes,
    sum(link_bytes) filter (has_media) as video_bytes,
    sum(packets) as packet_count,
    sum(packets * payload) as payload_bytes,
    sum(packets) filter (flags & 16 <> 0) as ack_flags,
    sum(packets) filter (flags & 2 <> 0) as syn_flags,
    sum(packets) filter (flags & 1 <> 0) as fin_flags,
    sum(packets) filter (flags & 4 <> 0) as rst_flags,
    sum(packets) filter (flags & 8 <> 0) as psh_flags,
    sum(packets) filter (flags & 32 <> 0) as urg_flags,
    sum(packets) filter (marks & 2 <> 0) as below_highest_packets,
    sum(packets * payload) filter (marks & 2 <> 0) as below_highest_bytes,
    sum(packets) filter (marks & 4 <> 0) as repeating_packets,
    sum(packets * payload) filter (marks & 4 <> 0) as repeating_bytes,
    sum(packets) filter (marks & 8 <> 0) as gap_filling_packets,
    sum(packets * payload) filter (marks & 8 <> 0) as gap_filling_bytes
  from packet_counts
  group by side
),

feat_packets as (
  select
    grid.session_id,
    grid.window_index,
    sums.side & 1 = 1 as is_upstream,
    sums.* exclude (side),
    feat_gaps.* exclude (side),
    payload.avg as payload_avg,
    payload.std as payload_std,
    payload.min as payload_min,
    payload.max as payload_max,
    payload.med as payload_med,
    payload.ske as payload_ske,
    payload.kur as payload_kur,
    rwnd.avg as rwnd_avg,
    rwnd.std as rwnd_std,
    rwnd.min as rwnd_min,
    rwnd.max as rwnd_max,
    rwnd.med as rwnd_med,
    rwnd.ske as rwnd_ske,
    rwnd.kur as rwnd_kur,
    flight.avg as flight_avg,
    flight.std as flight_std,
    flight.min as flight_min,
    flight.max as flight_max,
    flight.med as flight_med,
    flight.ske as flight_ske,
    flight.kur as flight_kur,
    rtt.avg as rtt_avg,
    rtt.std as rtt_std,
    rtt.min as rtt_min,
    rtt.max as rtt_max,
    rtt.med as rtt_med,
    rtt.ske as rtt_ske,
    rtt.kur as rtt_kur
  from sums
  join session_windows as grid on grid.window_number = sums.side >> 1
  left join feat_gaps using (side)
  left join (from value_statistics where variable = 'payload') as payload using (side)
  left join (from value_statistics where variable = 'rwnd') as rwnd using (side)
  left join (from value_statistics where variable = 'flight') as flight using (side)
  left join (from value_statistics where variable = 'rtt') as rtt using (side)
)

select * from feat_packets
