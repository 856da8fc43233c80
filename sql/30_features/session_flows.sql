-- session_flows: one row per session and flow of its client and service, with the bounds of the session's windows. The
-- window_number of a time is (time - numbered_from_us) // window. began_before: the flow has packets before the bounds.
-- has_media: it has a segment of media_bytes or more.
-- reads: flows, segments, service_flows, session_windows
-- params: media_bytes, window_seconds
with bounds as (
  select
    session_id,
    capture_id,
    client_address,
    service,
    min(start_us) - min(window_number) * $window_seconds::bigint * 1000000 as numbered_from_us,
    min(start_us) as origin_us,
    max(end_us) as bound_us
  from session_windows
  group by all
),

media as (
  select capture_id, flow_id, max(downstream_bytes) >= $media_bytes as has_media
  from main.segments
  group by all
),

session_flows as (
  select
    bound.session_id,
    bound.numbered_from_us,
    bound.capture_id,
    flow.flow_id,
    flow.protocol = 6 as is_tcp,
    coalesce(media.has_media, false) as has_media,
    span.first_us,
    span.first_us < bound.origin_us as began_before,
    span.wire_bytes,
    bound.origin_us,
    bound.bound_us
  from bounds as bound
  join service_flows as flow using (capture_id, client_address, service)
  join main.flows as span using (capture_id, flow_id)
  left join media using (capture_id, flow_id)
  where span.last_us >= bound.origin_us and span.first_us < bound.bound_us
)

select * from session_flows order by session_id, flow_id
