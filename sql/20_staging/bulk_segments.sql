-- bulk_segments: one row per segment of media_bytes or more, with the number of its run: the segments of one client and
-- service, until a gap without such a segment.
-- temporary
-- reads: service_segments
-- params: media_bytes, session_gap_seconds
with marked as (
  select
    capture_id,
    client_address,
    service,
    server_address,
    server_domain,
    flow_id,
    segment_index,
    request_us,
    end_us,
    downstream_bytes,
    coalesce(request_us - max(end_us) over earlier > $session_gap_seconds::bigint * 1000000, false) as begins
  from service_segments
  where downstream_bytes >= $media_bytes
  window earlier as (
    partition by capture_id, client_address, service
    order by request_us, flow_id, segment_index
    rows between unbounded preceding and 1 preceding
  )
)

select
  * exclude (begins),
  (count_if(begins) over (
    partition by capture_id, client_address, service
    order by request_us, flow_id, segment_index
    rows unbounded preceding
  ))::integer as bulk_run
from marked
