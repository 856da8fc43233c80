-- session_flows: one row per session and flow of its client and service, with the bounds of the session's windows. The
-- window_number of a time is (time - numbered_from_us) // window. began_before: the flow has packets before the bounds.
-- has_media: its server sends media. is_described: features of the session describe it: those with media, or all in a
-- session without media.
-- reads: flows, media_servers, service_flows, session_windows, sessions
-- params: window_seconds
with bounds as (
  select
    session_id,
    session.capture_id,
    session.client_address,
    session.service,
    session.has_media,
    session.bulk_run,
    min(grid.start_us) - min(window_number) * $window_seconds::bigint * 1000000 as numbered_from_us,
    min(grid.start_us) as origin_us,
    max(grid.end_us) as bound_us
  from session_windows as grid
  join sessions as session using (session_id)
  group by all
),

session_flows as (
  select
    bound.session_id,
    bound.numbered_from_us,
    bound.capture_id,
    flow.flow_id,
    flow.protocol = 6 as is_tcp,
    bound.has_media and coalesce(server.is_media, false) as has_media,
    not bound.has_media or coalesce(server.is_media, false) as is_described,
    span.first_us,
    span.first_us < bound.origin_us as began_before,
    span.wire_bytes,
    bound.origin_us,
    bound.bound_us
  from bounds as bound
  join service_flows as flow using (capture_id, client_address, service)
  join main.flows as span using (capture_id, flow_id)
  left join media_servers as server
    on server.capture_id = bound.capture_id
    and server.client_address = bound.client_address
    and server.service = bound.service
    and server.bulk_run = bound.bulk_run
    and server.server_address = flow.server_address
  where span.last_us >= bound.origin_us and span.first_us < bound.bound_us
)

select * from session_flows order by session_id, flow_id
