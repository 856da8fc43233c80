-- request_classes: one row per media segment whose request has a class: short or long. Players write more into a request
-- for video than into one for audio, so the sizes of a session's requests form two tight clusters even if the sizes of
-- its segments overlap (Gutterman et al., "Requet", 2019). The border is Otsu's (1979), which leaves the least variance
-- on its two sides, by session and transport. A request sent two or three times counts as one. There is no row if the
-- clusters are not apart or have less than half of the requests, nor for requests far above both. The first request of
-- a connection has no part in the border, and a class only close to a cluster: on TCP the end of the handshake comes
-- with it.
-- temporary
-- reads: placed_segments
with media as (
  select
    session_id,
    protocol,
    flow_id,
    segment_index,
    request_bytes::double as request_bytes,
    count(*) over transport as requests,
    row_number() over (partition by session_id, flow_id order by segment_index) > 1 as is_later,
    request_bytes::double - quantile_disc(request_bytes::double, 0.05) over transport between -64 and 160 as is_near
  from placed_segments
  where role = 'media'
  window transport as (partition by session_id, protocol)
),

sums as (
  select
    session_id,
    protocol,
    request_bytes as border_bytes,
    count(*) over up_to as lower_count,
    sum(request_bytes) over up_to as lower_sum,
    count(*) over transport as total_count,
    any_value(requests) over transport as requests,
    sum(request_bytes) over transport as total_sum,
    var_pop(request_bytes) over transport as total_variance
  from media
  where is_near and is_later
  window
    transport as (partition by session_id, protocol),
    up_to as (partition by session_id, protocol order by request_bytes)
),

candidates as (
  select
    *,
    total_count - lower_count as upper_count,
    lower_sum / lower_count as lower_mean,
    (total_sum - lower_sum) / upper_count as upper_mean,
    upper_mean - lower_mean as apart_bytes,
    lower_count * upper_count / total_count ** 2 * apart_bytes ** 2 as variance_between
  from sums
  where lower_count < total_count
),

-- The two halves of one normal distribution, divided at its mean, are 2.6 of their own standard deviations apart.
borders as (
  select session_id, protocol, border_bytes, lower_mean, upper_mean
  from candidates
  where lower_count >= 3
    and upper_count >= 3
    and total_count >= 0.5 * requests
    and apart_bytes >= 16
    and apart_bytes >= 4 * sqrt(greatest(total_variance - variance_between, 0))
  qualify row_number() over (partition by session_id, protocol order by variance_between desc, border_bytes) = 1
)

select
  session_id,
  flow_id,
  segment_index,
  if(is_near, request_bytes > border_bytes, abs(request_bytes / times - upper_mean) <= 10) as is_long
from media
join borders using (session_id, protocol)
cross join (values (1), (2), (3)) as sent(times)
where if(
  is_near,
  times = 1 and (is_later or least(abs(request_bytes - lower_mean), abs(request_bytes - upper_mean)) <= 10),
  times > 1 and least(abs(request_bytes / times - lower_mean), abs(request_bytes / times - upper_mean)) <= 10
)
qualify count(*) over (partition by session_id, flow_id, segment_index) = 1
