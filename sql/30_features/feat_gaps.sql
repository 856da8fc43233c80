-- feat_gaps: one row per side, in order: times in ms between packets of one flow and direction. Moments are taken
-- about the mean of the first pass: with sums of powers, the digits would cancel out.
-- temporary
-- reads: packets, session_flows, packet_counts, sides
-- params: window_seconds
with means as (
  select side, side >> 1 as window_number, side & 1 = 1 as is_upstream, sum(gaps_us) / sum(gaps) as mean_us
  from packet_counts
  where is_described
  group by side
),

session_gaps as (
  select
    (packet.timestamp_us - own.numbered_from_us) // ($window_seconds::bigint * 1000000) as window_number,
    packet.is_upstream,
    packet.flow_gap_us as gap_us
  from main.packets as packet
  join session_flows as own
    on own.capture_id = packet.capture_id
    and own.flow_id = packet.flow_id
    and packet.timestamp_us >= own.origin_us
    and packet.timestamp_us < own.bound_us
  where own.is_described and if(own.began_before, packet.flow_gap_us <= packet.timestamp_us - own.origin_us, packet.flow_gap_us is not null)
),

apart as (
  select side, gap_us, gap_us - mean_us as apart_us from session_gaps join means using (window_number, is_upstream)
),

squares as (
  select *, apart_us * apart_us as square from apart
),

moments as (
  select
    side,
    min(gap_us) as min_us,
    max(gap_us) as max_us,
    quantile_cont(gap_us, 0.5) as med_us,
    avg(square) as m2,
    avg(square * apart_us) as m3,
    avg(square * square) as m4
  from squares
  group by side
),

feat_gaps as (
  select
    sides.window_number,
    sides.is_upstream,
    mean_us / 1000 as gap_avg,
    sqrt(m2) / 1000 as gap_std,
    min_us / 1000 as gap_min,
    max_us / 1000 as gap_max,
    med_us / 1000 as gap_med,
    if(min_us = max_us, 0, m3 / m2 ** 1.5) as gap_ske,
    if(min_us = max_us, -3, m4 / m2 ** 2 - 3) as gap_kur
  from sides
  left join means using (side)
  left join moments using (side)
)

select * from feat_gaps order by window_number, is_upstream
