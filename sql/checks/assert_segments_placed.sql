-- assert_segments_placed: every segment of a service is in at most one session of each source of its capture, and a
-- session has as many segments, and media segments, as `sessions` says.
-- reads: session_segments, sessions, stg_sources
with sources as (
  select capture_id, count(*) as sources from stg_sources group by capture_id
),

placed as (
  select capture_id, flow_id, segment_index, count(*) as placements from session_segments group by all
),

counted as (
  select session_id, count(*) filter (role = 'media') as media, count(*) as segments from session_segments group by session_id
)

select capture_id::varchar as place, flow_id as id, placements as found, sources as expected
from placed
join sources using (capture_id)
where placements > sources
union all
select session_id, null, media, media_segment_count
from sessions
left join counted using (session_id)
where media is distinct from media_segment_count or segments is distinct from segment_count
