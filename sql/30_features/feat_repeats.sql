-- feat_repeats: one row per side, in order: the shares of a TCP flow's distinct sequence numbers that were repeated 0,
-- 1, 2 and more times; mean over the session's TCP flows so far.
-- temporary
-- reads: repeat_counts, session_windows, session_flows, sides
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
  where is_tcp and is_described
  group by all
),

flows_so_far as (
  select
    window_number,
    sum(begun.flows) over (partition by session_id order by window_index rows unbounded preceding) as flows
  from session_windows
  left join begun using (session_id, window_index)
),

feat_repeats as (
  select
    window_number,
    is_upstream,
    zero_shares / flows as zero_share,
    one_shares / flows as one_share,
    two_shares / flows as two_share,
    x_shares / flows as x_share
  from sides
  join flows_so_far using (window_number)
  left join sums using (side)
)

select * from feat_repeats order by window_number, is_upstream
