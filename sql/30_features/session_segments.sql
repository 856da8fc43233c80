-- session_segments: one row per segment of a session, with the windows of its request and of its last byte.
-- reads: service_segments, session_windows
-- params: window_seconds
with bounds as (
  select session_id, capture_id, client_address, service, min(start_us) as origin_us, max(end_us) as bound_us
  from session_windows
  group by all
),

session_segments as (
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
    and segment.request_us >= bound.origin_us
    and segment.request_us < bound.bound_us
)

select * from session_segments order by session_id, request_us, flow_id, segment_index
