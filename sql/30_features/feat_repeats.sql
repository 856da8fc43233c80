-- feat_repeats: one row per (session_id, window_index, is_upstream) that has a TCP packet: statistics of how often each
-- distinct sequence number of a flow was repeated. data_*: packets with payload alone; without, pure ACKs count too.
-- side_key: as in feat_packets. *_share: of a flow's numbers repeated 0, 1, 2 and more times, mean over the session's TCP flows so far.
-- reads: packets, session_flows
-- params: window_seconds
with counted as (
  select
    (own.session_number << 32)
      | (((packet.timestamp_us - own.origin_us) // ($window_seconds::bigint * 1000000)) << 1)
      | packet.is_upstream::bigint as side_key,
    packet.flow_id,
    count(*) - 1 as repeats,
    nullif(count_if(packet.payload_length > 0), 0) - 1 as data_repeats
  from main.packets as packet
  join session_flows as own
    on own.capture_id = packet.capture_id
    and own.flow_id = packet.flow_id
    and packet.timestamp_us >= own.origin_us
    and packet.timestamp_us < own.bound_us
  where own.is_tcp
  group by side_key, packet.flow_id, packet.tcp_seq
),

-- Few distinct counts: all statistics are made of these, weighted.
counts as (
  select side_key, flow_id, repeats, data_repeats, count(*) as numbers from counted group by all
),

tallied as materialized (
  select
    session_id,
    ((side_key & 4294967295) >> 1)::integer as window_index,
    (side_key & 1)::boolean as is_upstream,
    counts.* exclude (side_key)
  from counts
  join (select distinct session_id, session_number from session_flows) on session_number = side_key >> 32
),

tallies as (
  select session_id, window_index, is_upstream, false as is_data, repeats, sum(numbers) as numbers
  from tallied
  group by all
  union all
  select session_id, window_index, is_upstream, true as is_data, data_repeats as repeats, sum(numbers) as numbers
  from tallied
  where data_repeats is not null
  group by all
),

placed as (
  select
    *,
    sum(numbers) over (partition by session_id, window_index, is_upstream, is_data order by repeats) as up_to,
    sum(numbers) over kind as total,
    sum(numbers * repeats) over kind / sum(numbers) over kind as mean
  from tallies
  window kind as (partition by session_id, window_index, is_upstream, is_data)
),

statistics as (
  select
    session_id,
    window_index,
    is_upstream,
    is_data,
    any_value(mean) as mean,
    sqrt(sum(numbers * (repeats - mean) ** 2) / any_value(total)) as std,
    min(repeats) as min,
    max(repeats) as max,
    (
      min(repeats) filter (up_to > (total - 1) // 2)
      + min(repeats) filter (up_to > total // 2)
    ) / 2 as med,
    sum(numbers * (repeats - mean) ** 3) / any_value(total) as m3,
    sum(numbers * (repeats - mean) ** 4) / any_value(total) as m4
  from placed
  group by all
),

flow_shares as (
  select
    session_id,
    window_index,
    is_upstream,
    sum(numbers) filter (repeats = 0) / sum(numbers) as zero_share,
    sum(numbers) filter (repeats = 1) / sum(numbers) as one_share,
    sum(numbers) filter (repeats = 2) / sum(numbers) as two_share,
    sum(numbers) filter (repeats > 2) / sum(numbers) as x_share
  from tallied
  group by session_id, window_index, is_upstream, flow_id
),

begun as (
  select
    session_id,
    ((greatest(first_us, origin_us) - origin_us) // ($window_seconds::bigint * 1000000))::integer as window_index,
    count(*) as flows
  from session_flows
  where is_tcp
  group by all
),

flows_so_far as (
  select session_id, window_index, sum(flows) over (partition by session_id order by window_index) as flows from begun
),

shares as (
  select
    session_id,
    window_index,
    is_upstream,
    coalesce(sum(zero_share), 0) / any_value(flows) as zero_share,
    coalesce(sum(one_share), 0) / any_value(flows) as one_share,
    coalesce(sum(two_share), 0) / any_value(flows) as two_share,
    coalesce(sum(x_share), 0) / any_value(flows) as x_share
  from flow_shares
  asof join flows_so_far using (session_id, window_index)
  group by session_id, window_index, is_upstream
),

feat_repeats as (
  select
    session_id,
    window_index,
    is_upstream,
    every.mean as repeats_avg,
    every.std as repeats_std,
    every.min as repeats_min,
    every.max as repeats_max,
    every.med as repeats_med,
    if(every.min = every.max, 0, every.m3 / every.std ** 3) as repeats_ske,
    if(every.min = every.max, -3, every.m4 / every.std ** 4 - 3) as repeats_kur,
    payload.mean as data_repeats_avg,
    payload.std as data_repeats_std,
    payload.min as data_repeats_min,
    payload.max as data_repeats_max,
    payload.med as data_repeats_med,
    if(payload.min = payload.max, 0, payload.m3 / payload.std ** 3) as data_repeats_ske,
    if(payload.min = payload.max, -3, payload.m4 / payload.std ** 4 - 3) as data_repeats_kur,
    zero_share,
    one_share,
    two_share,
    x_share
  from (from statistics where not is_data) as every
  left join (from statistics where is_data) as payload using (session_id, window_index, is_upstream)
  join shares using (session_id, window_index, is_upstream)
)

select * from feat_repeats order by session_id, window_index, is_upstream
