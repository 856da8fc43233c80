-- feat_packets: one row per (session_id, window_index, is_upstream) that has a packet of the session: bytes, counts, flags
-- and statistics; *_ske and *_kur as scipy.stats.skew and kurtosis, 0 and -3 where all values are equal. Their moments are
-- taken about the mean, in a second pass: sums of powers would cancel. side_key: session, window and direction
-- in one number, which groups faster than three columns.
-- reads: packets, session_flows
-- params: window_seconds, lengths
with session_packets as materialized (
  select
    (own.session_number << 32)
      | (((packet.timestamp_us - own.origin_us) // ($window_seconds::bigint * 1000000)) << 1)
      | packet.is_upstream::bigint as side_key,
    if($lengths = 'wire', packet.wire_length, packet.captured_length) as link_bytes,
    own.has_media,
    packet.payload_length as payload,
    if(packet.flow_gap_us > packet.timestamp_us - own.origin_us, null, packet.flow_gap_us / 1000) as gap,
    if(own.is_tcp, packet.tcp_window, null) as rwnd,
    packet.tcp_in_flight as flight,
    packet.tcp_rtt_us as rtt,
    if(own.is_tcp, packet.tcp_flags, null) as flags,
    packet.tcp_marks as marks
  from main.packets as packet
  join session_flows as own
    on own.capture_id = packet.capture_id
    and own.flow_id = packet.flow_id
    and packet.timestamp_us >= own.origin_us
    and packet.timestamp_us < own.bound_us
),

sums as (
  select
    side_key,
    sum(link_bytes) as service_bytes,
    sum(link_bytes) filter (has_media) as video_bytes,
    count(*) as packet_count,
    sum(payload) as payload_bytes,
    count(flags) as tcp_packets,
    count_if(flags & 16 <> 0) as ack_flags,
    count_if(flags & 2 <> 0) as syn_flags,
    count_if(flags & 1 <> 0) as fin_flags,
    count_if(flags & 4 <> 0) as rst_flags,
    count_if(flags & 8 <> 0) as psh_flags,
    count_if(flags & 32 <> 0) as urg_flags,
    count_if(marks & 2 <> 0) as below_highest_packets,
    sum(payload) filter (marks & 2 <> 0) as below_highest_bytes,
    count_if(marks & 4 <> 0) as repeating_packets,
    sum(payload) filter (marks & 4 <> 0) as repeating_bytes,
    count_if(marks & 8 <> 0) as gap_filling_packets,
    sum(payload) filter (marks & 8 <> 0) as gap_filling_bytes,
    avg(payload) as payload_avg,
    stddev_pop(payload) as payload_std,
    min(payload) as payload_min,
    max(payload) as payload_max,
    quantile_cont(payload, 0.5) as payload_med,
    avg(gap) as gap_avg,
    stddev_pop(gap) as gap_std,
    min(gap) as gap_min,
    max(gap) as gap_max,
    quantile_cont(gap, 0.5) as gap_med,
    avg(rwnd) as rwnd_avg,
    stddev_pop(rwnd) as rwnd_std,
    min(rwnd) as rwnd_min,
    max(rwnd) as rwnd_max,
    quantile_cont(rwnd, 0.5) as rwnd_med,
    avg(flight) as flight_avg,
    stddev_pop(flight) as flight_std,
    min(flight) as flight_min,
    max(flight) as flight_max,
    quantile_cont(flight, 0.5) as flight_med
  from session_packets
  group by side_key
),

moments as (
  select
    side_key,
    avg((payload - payload_avg) * (payload - payload_avg) * (payload - payload_avg)) as payload_m3,
    avg((payload - payload_avg) * (payload - payload_avg) * (payload - payload_avg) * (payload - payload_avg)) as payload_m4,
    avg((gap - gap_avg) * (gap - gap_avg) * (gap - gap_avg)) as gap_m3,
    avg((gap - gap_avg) * (gap - gap_avg) * (gap - gap_avg) * (gap - gap_avg)) as gap_m4,
    avg((rwnd - rwnd_avg) * (rwnd - rwnd_avg) * (rwnd - rwnd_avg)) as rwnd_m3,
    avg((rwnd - rwnd_avg) * (rwnd - rwnd_avg) * (rwnd - rwnd_avg) * (rwnd - rwnd_avg)) as rwnd_m4,
    avg((flight - flight_avg) * (flight - flight_avg) * (flight - flight_avg)) as flight_m3,
    avg((flight - flight_avg) * (flight - flight_avg) * (flight - flight_avg) * (flight - flight_avg)) as flight_m4
  from session_packets
  join sums using (side_key)
  group by side_key
),

round_trips as (
  select side_key, rtt from session_packets where rtt is not null
),

round_trip_sums as (
  select
    side_key,
    avg(rtt) as rtt_avg,
    stddev_pop(rtt) as rtt_std,
    min(rtt) as rtt_min,
    max(rtt) as rtt_max,
    quantile_cont(rtt, 0.5) as rtt_med
  from round_trips
  group by side_key
),

round_trip_moments as (
  select
    side_key,
    avg((rtt - rtt_avg) * (rtt - rtt_avg) * (rtt - rtt_avg)) as rtt_m3,
    avg(
      (rtt - rtt_avg) * (rtt - rtt_avg) * (rtt - rtt_avg) * (rtt - rtt_avg)
    ) as rtt_m4
  from round_trips
  join round_trip_sums using (side_key)
  group by side_key
),

feat_packets as (
  select
    session_id,
    ((side_key & 4294967295) >> 1)::integer as window_index,
    (side_key & 1)::boolean as is_upstream,
    sums.* exclude (side_key),
    round_trip_sums.* exclude (side_key),
    if(payload_min = payload_max, 0, payload_m3 / payload_std ** 3) as payload_ske,
    if(payload_min = payload_max, -3, payload_m4 / payload_std ** 4 - 3) as payload_kur,
    if(gap_min = gap_max, 0, gap_m3 / gap_std ** 3) as gap_ske,
    if(gap_min = gap_max, -3, gap_m4 / gap_std ** 4 - 3) as gap_kur,
    if(rwnd_min = rwnd_max, 0, rwnd_m3 / rwnd_std ** 3) as rwnd_ske,
    if(rwnd_min = rwnd_max, -3, rwnd_m4 / rwnd_std ** 4 - 3) as rwnd_kur,
    if(flight_min = flight_max, 0, flight_m3 / flight_std ** 3) as flight_ske,
    if(flight_min = flight_max, -3, flight_m4 / flight_std ** 4 - 3) as flight_kur,
    if(rtt_min = rtt_max, 0, rtt_m3 / rtt_std ** 3) as rtt_ske,
    if(rtt_min = rtt_max, -3, rtt_m4 / rtt_std ** 4 - 3) as rtt_kur
  from sums
  join (select distinct session_id, session_number from session_flows) on session_number = side_key >> 32
  join moments using (side_key)
  left join round_trip_sums using (side_key)
  left join round_trip_moments using (side_key)
)

select * from feat_packets order by session_id, window_index, is_upstream
