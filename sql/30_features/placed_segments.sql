-- placed_segments: one row per segment of a session, with the windows of its request and of its last byte, and its role.
-- Segments outside the media of a client and service are in no session.
-- temporary
-- reads: service_segments, sessions, session_windows, media_servers
-- params: window_seconds, media_bytes
with bounds as (
  select
    session.session_id,
    session.capture_id,
    session.client_address,
    session.service,
    session.start_us,
    session.end_us,
    session.has_media,
    session.bulk_run,
    min(grid.start_us) as origin_us
  from sessions as session
  join session_windows as grid using (session_id)
  group by all
)

select
  bound.session_id,
  segment.* exclude (client_address, service, server_domain),
  ((segment.request_us - bound.origin_us) // ($window_seconds::bigint * 1000000))::integer as request_window_index,
  ((segment.end_us - bound.origin_us) // ($window_seconds::bigint * 1000000))::integer as end_window_index,
  case
    when bound.has_media and server.is_media is not true then 'other server'
    when segment.downstream_bytes < $media_bytes then 'small'
    when bound.has_media then 'media'
    else 'too few'
  end as role
from service_segments as segment
join bounds as bound
  on bound.capture_id = segment.capture_id
  and bound.client_address = segment.client_address
  and bound.service = segment.service
  and segment.request_us between bound.start_us and bound.end_us
left join media_servers as server
  on server.capture_id = segment.capture_id
  and server.client_address = segment.client_address
  and server.service = segment.service
  and server.server_address = segment.server_address
  and server.bulk_run = bound.bulk_run
