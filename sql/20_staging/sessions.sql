-- sessions: one row per session: the media of one client on one service, until a gap without a media segment. A client
-- and service without media has a row for all its segments until a gap: has_media is false, nothing can be predicted.
-- Media: at least three segments of media_bytes or more from media servers, requested over at least two seconds: the
-- pictures of a page are requested at once.
-- The label of a source belongs to the client and service with the most media bytes in its capture, and to sessions
-- with media alone.
-- labelled_session: the source whose label, or player's log, is this session's; null for other clients and services,
-- and without media.
-- session_id is that of the source, session_label, with #2, #3, … for the further sessions of its capture. bulk_run: as in media_servers.
-- reads: service_segments, bulk_segments, media_servers, stg_sources
-- params: session_gap_seconds
with media as (
  select
    capture_id,
    client_address,
    service,
    bulk_run,
    min(request_us) as start_us,
    max(end_us) as end_us,
    count(*)::integer as media_segment_count,
    sum(downstream_bytes)::bigint as media_bytes
  from bulk_segments
  join media_servers using (capture_id, client_address, service, bulk_run, server_address)
  where is_media
  group by capture_id, client_address, service, bulk_run
  having count(*) >= 3 and max(request_us) - min(request_us) >= 2000000
),

marked as (
  select
    *,
    coalesce(request_us - max(end_us) over earlier > $session_gap_seconds::bigint * 1000000, false) as begins
  from service_segments
  anti join media using (capture_id, client_address, service)
  window earlier as (
    partition by capture_id, client_address, service
    order by request_us, flow_id, segment_index
    rows between unbounded preceding and 1 preceding
  )
),

numbered as (
  select
    *,
    count_if(begins) over (
      partition by capture_id, client_address, service
      order by request_us, flow_id, segment_index
      rows unbounded preceding
    ) as part
  from marked
),

parts as (
  select *, true as has_media from media
  union all by name
  select
    capture_id,
    client_address,
    service,
    min(request_us) as start_us,
    max(end_us) as end_us,
    0 as media_segment_count,
    0 as media_bytes,
    false as has_media
  from numbered
  group by capture_id, client_address, service, part
),

counted as (
  select
    part.*,
    min(segment.provenance) as provenance,
    count(*)::integer as segment_count,
    sum(segment.downstream_bytes) as downstream_bytes
  from parts as part
  join service_segments as segment
    on segment.capture_id = part.capture_id
    and segment.client_address = part.client_address
    and segment.service = part.service
    and segment.request_us between part.start_us and part.end_us
  group by all
),

viewers as (
  select
    capture_id,
    client_address,
    service,
    row_number() over (
      partition by capture_id
      order by sum(media_bytes) desc, sum(downstream_bytes) desc, client_address, service
    ) as viewer_rank
  from counted
  group by capture_id, client_address, service
),

ordered as (
  select
    source.session_label,
    source.session_group,
    part.*,
    source.site,
    source.video_id,
    source.home_id,
    if(viewer.viewer_rank = 1 and part.has_media, source.resolution_px, null) as resolution_px,
    if(viewer.viewer_rank = 1 and part.has_media, source.session_label, null) as labelled_session,
    row_number() over (
      partition by source.session_label
      order by viewer.viewer_rank, part.start_us
    ) as number_in_source
  from counted as part
  join viewers as viewer using (capture_id, client_address, service)
  join stg_sources as source using (capture_id)
),

sessions as (
  select
    session_label || if(number_in_source = 1, '', '#' || number_in_source) as session_id,
    * exclude (number_in_source)
  from ordered
)

select * from sessions order by session_id
