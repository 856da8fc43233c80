-- feat_segment_timing: one row per window, in order: how segments arrived, and for how much of the window one was being
-- downloaded. A slack belongs to the window of the request that ends it; an overlap to the window of the request.
-- temporary
-- reads: session_segments, session_windows
with answered as (
  select * from session_segments where downstream_bytes > 0 and role <> 'other server'
),

completions as (
  select
    session_id,
    end_window_index as window_index,
    avg(first_byte_us - request_us) / 1000 as ttfb_ms_avg,
    max(first_byte_us - request_us) / 1000 as ttfb_ms_max,
    avg(last_byte_us - first_byte_us) / 1000 as download_ms_avg,
    max(last_byte_us - first_byte_us) / 1000 as download_ms_max,
    8000 * sum(downstream_bytes) filter (last_byte_us > first_byte_us)
      / nullif(sum(last_byte_us - first_byte_us) filter (last_byte_us > first_byte_us), 0) as download_rate_kbps
  from answered
  group by all
),

slacks as (
  select session_id, window_index, avg(slack_us) / 1000 as slack_ms_avg, max(slack_us) / 1000 as slack_ms_max
  from (
    select
      session_id,
      request_window_index as window_index,
      request_us - lag(last_byte_us) over (partition by session_id, flow_id order by segment_index) as slack_us
    from session_segments
    where role <> 'other server'
  )
  where slack_us is not null
  group by all
),

-- A segment that ends when another is requested does not overlap it.
moments as (
  select session_id, request_window_index as window_index, true as is_request, request_us as at_us, flow_id, segment_index
  from answered
  union all
  select session_id, null as window_index, false as is_request, end_us as at_us, flow_id, segment_index
  from answered
),

under_way as (
  select
    session_id,
    window_index,
    is_request,
    at_us,
    lead(at_us) over so_far as until_us,
    count_if(is_request) over so_far - count_if(not is_request) over so_far as segments
  from moments
  window so_far as (
    partition by session_id order by at_us, is_request, flow_id, segment_index rows unbounded preceding
  )
),

concurrency as (
  select session_id, window_index, avg(segments - 1) as overlap_avg
  from under_way
  where is_request
  group by session_id, window_index
),

origins as (
  select session_id, min(start_us) as origin_us, any_value(end_us - start_us) as window_us
  from session_windows
  group by session_id
),

parts as (
  select
    session_id,
    at_us,
    until_us,
    origin_us,
    window_us,
    unnest(range((at_us - origin_us) // window_us, (until_us - origin_us) // window_us + 1)) as window_index
  from under_way
  join origins using (session_id)
  where segments > 0 and until_us > at_us
),

running as (
  select
    session_id,
    window_index,
    sum(
      least(until_us, origin_us + (window_index + 1) * window_us) - greatest(at_us, origin_us + window_index * window_us)
    ) / any_value(window_us) as on_share
  from parts
  group by session_id, window_index
),

feat_segment_timing as (
  select
    window_number,
    ttfb_ms_avg,
    ttfb_ms_max,
    download_ms_avg,
    download_ms_max,
    download_rate_kbps,
    slack_ms_avg,
    slack_ms_max,
    overlap_avg,
    coalesce(on_share, 0) as on_share
  from session_windows
  left join completions using (session_id, window_index)
  left join slacks using (session_id, window_index)
  left join concurrency using (session_id, window_index)
  left join running using (session_id, window_index)
)

select * from feat_segment_timing order by window_number
