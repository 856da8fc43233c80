-- assert_segments_placed: every segment of a service is in exactly one session of each source of its capture.
-- reads: service_segments, session_segments, stg_sources
with placed as (
  select capture_id, flow_id, segment_index, count(*) as placements from session_segments group by all
),

expected as (
  select segment.capture_id, segment.flow_id, segment.segment_index, count(*) as sources
  from service_segments as segment
  join stg_sources using (capture_id)
  group by all
)

select capture_id, flow_id, segment_index
from expected
left join placed using (capture_id, flow_id, segment_index)
where placements is distinct from sources
