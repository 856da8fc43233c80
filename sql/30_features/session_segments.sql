-- session_segments: one row per segment of a session, with the windows of its request and of its last byte. kind: a
-- guess. Audio is a tight cluster of sizes (media_bytes or more) that recurs throughout the session, apart from sizes
-- that vary; then the other segments of media size are video. Null: too small, or not certain. Windows of two sessions
-- may overlap if they are longer than the gap between the sessions; a segment belongs to one session.
-- reads: service_segments, sessions, session_windows
-- params: window_seconds, media_bytes
with bounds as (
  select
    session.session_id,
    session.capture_id,
    session.client_address,
    session.service,
    session.start_us,
    session.end_us,
    min(grid.start_us) as origin_us
  from sessions as session
  join session_windows as grid using (session_id)
  group by all
),

placed as (
  select
    bound.session_id,
    segment.* exclude (client_address, service),
    ((segment.request_us - bound.origin_us) // ($window_seconds::bigint * 1000000))::integer as request_window_index,
    ((segment.end_us - bound.origin_us) // ($window_seconds::bigint * 1000000))::integer as end_window_index
  from service_segments as segment
  join bounds as bound
    on bound.capture_id = segment.capture_id
    and bound.client_address = segment.client_address
    and bound.service = segment.service
    and segment.request_us between bound.start_us and bound.end_us
),

-- Logarithms, so that distances are shares of the size: a cluster is within 2 %, with little else within 15 %.
media as (
  select
    session_id,
    request_us,
    ln(downstream_bytes) as size,
    count(*) over (partition by session_id order by ln(downstream_bytes) range between 0.02 preceding and 0.02 following) as alike,
    count(*) over (partition by session_id order by ln(downstream_bytes) range between 0.15 preceding and 0.15 following) as around
  from placed
  where downstream_bytes >= $media_bytes
),

clusters as (
  select session_id, arg_max(size, alike) as centre, max(alike) as members, arg_max(around, alike) as near
  from media
  group by session_id
),

audio as (
  select session_id, any_value(centre) as centre
  from media
  join clusters using (session_id)
  group by session_id
  having any_value(members) >= 8
    and any_value(members) >= 0.7 * any_value(near)
    and any_value(members) between 0.15 * count(*) and 0.75 * count(*)
    and max(request_us) filter (abs(size - centre) <= 0.02) - min(request_us) filter (abs(size - centre) <= 0.02)
      >= 0.5 * (max(request_us) - min(request_us))
    and stddev_pop(size) filter (abs(size - centre) > 0.02) > 0.1
),

session_segments as (
  select
    placed.*,
    case
      when centre is null or downstream_bytes < $media_bytes then null
      when abs(ln(downstream_bytes) - centre) <= 0.02 then 'audio'
      else 'video'
    end as kind
  from placed
  left join audio using (session_id)
)

select * from session_segments order by session_id, request_us, flow_id, segment_index
