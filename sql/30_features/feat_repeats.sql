-- feat_repeats: one row per (session_id, window_index, is_upstream) that has a TCP packet: statistics of how often each
-- distinct sequence number of a flow was repeated. *_share: of a flow's numbers repeated 0, 1, 2 and more times, mean over
-- the session's TCP flows so far.
-- temporary
-- reads: repeat_counts, value_statistics, session_windows, session_flows
-- params: window_seconds
with flow_shares as (
  select
    side,
    sum(numbers) filter (repeats = 0) / sum(numbers) as zero_share,
    sum(numbers) filter (repeats = 1) / sum(numbers) as one_share,
    sum(numbers) filter (repeats = 2) / sum(numbers) as two_share,
    sum(numbers) filter (repeats > 2) / sum(numbers) as x_share
  from repeat_counts
  group by side, flow_id
),

sums as (
  select
    side,
    coalesce(sum(zero_share), 0) as zero_shares,
    coalesce(sum(one_share), 0) as one_shares,
    coalesce(sum(two_share), 0) as two_shares,
    coalesce(sum(x_share), 0) as x_shares
  from flow_shares
  group by side
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

sides as (
  select grid.session_id, grid.window_index, sums.*
  from sums
  join session_windows as grid on grid.window_number = sums.side >> 1
),

feat_repeats as (
  select
    session_id,
    window_index,
    side & 1 = 1 as is_upstream,
    every.avg as repeats_avg,
    every.std as repeats_std,
    every.min as repeats_min,
    every.max as repeats_max,
    every.med as repeats_med,
    every.ske as repeats_ske,
    every.kur as repeats_kur,
    payload.avg as data_repeats_avg,
    payload.std as data_repeats_std,
    payload.min as data_repeats_min,
    payload.max as data_repeats_max,
    payload.med as data_repeats_med,
    payload.ske as data_repeats_ske,
    payload.kur as data_repeats_kur,
    zero_shares / flows as zero_share,
    one_shares / flows as one_share,
    two_shares / flows as two_share,
    x_shares / flows as x_share
  from sides
  asof join flows_so_far using (session_id, window_index)
  join (from value_statistics where variable = 'repeats') as every using (side)
  left join (from value_statistics where variable = 'data_repeats') as payload using (side)
)

select * from feat_repeats
