-- session_flows: one row per session and flow of its client and service, with the number and bounds of the session's windows.
-- has_media: a segment of media_bytes or more.
-- reads: flows, segments, service_flows, session_windows
-- params: media_bytes
with bounds as (
  select
    session_id,
    capture_id,
    client_address,
    service,
    min(window_number) as first_window,
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
    bound.first_window,
    bound.capture_id,
    flow.flow_id,
    flow.protocol = 6 as is_tcp,
    coalesce(media.has_media, false) as has_media,
    span.first_us,
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
