-- request_classes: one row per segment of media size whose request has a class: short or long. Players write more into
-- a request for video than into one for audio, so the sizes of a session's requests form two tight clusters even if
-- the sizes of its segments overlap. The border is Otsu's (1979), which leaves the least variance on its two sides.
-- There is no row if the clusters are not apart, nor for requests far above both, such as those that open a
-- connection.
-- reads: session_segments
-- params: media_bytes
with media as (
  select
    session_id,
    flow_id,
    segment_index,
    request_us,
    end_us,
    end_window_index,
    downstream_bytes,
    request_bytes::double as request_bytes
  from session_segments
  where downstream_bytes >= $media_bytes
  window session as (partition by session_id)
  qualify request_bytes::double - quantile_disc(request_bytes::double, 0.05) over session between -64 and 160
),

sums as (
  select
    session_id,
    request_bytes as border_bytes,
    count(*) over up_to as lower_count,
    sum(request_bytes) over up_to as lower_sum,
    count(*) over session as total_count,
    sum(request_bytes) over session as total_sum,
    var_pop(request_bytes) over session as total_variance
  from media
  window
    session as (partition by session_id),
    up_to as (partition by session_id order by request_bytes)
),

candidates as (
  select
    *,
    total_count - lower_count as upper_count,
    (total_sum - lower_sum) / (total_count - lower_count) - lower_sum / lower_count as apart_bytes,
    lower_count * (total_count - lower_count) / total_count ** 2 * apart_bytes ** 2 as variance_between
  from sums
  where lower_count < total_count
),

-- The two halves of one normal distribution, divided at its mean, are 2.6 of their own standard deviations apart.
borders as (
  select session_id, border_bytes
  from candidates
  where lower_count >= 3
    and upper_count >= 3
    and apart_bytes >= 16
    and apart_bytes >= 4 * sqrt(greatest(total_variance - variance_between, 0))
  qualify row_number() over (partition by session_id order by variance_between desc, border_bytes) = 1
),

request_classes as (
  select media.* exclude (request_bytes), media.request_bytes > border.border_bytes as is_long
  from media
  join borders as border using (session_id)
)

select * from request_classes order by session_id, request_us, flow_id, segment_index
