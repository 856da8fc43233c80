-- sessions: one row per session: one client on one service, until a gap without a segment.
-- The label of a source belongs to the client and service with the most bytes in its capture.
-- labelled_session: the source whose label, or player's log, is this session's; null for other clients and services.
-- session_id is the source's id, with #2, #3, … for the further sessions of its capture.
-- reads: service_segments, stg_sources
-- params: session_gap_seconds
with marked as (
  select
    *,
    coalesce(request_us - max(end_us) over earlier > $session_gap_seconds::bigint * 1000000, false) as begins
  from service_segments
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
  select
    capture_id,
    client_address,
    service,
    any_value(provenance) as provenance,
    min(request_us) as start_us,
    max(end_us) as end_us,
    count(*)::integer as segment_count,
    sum(downstream_bytes) as downstream_bytes
  from numbered
  group by capture_id, client_address, service, part
),

viewers as (
  select
    capture_id,
    client_address,
    service,
    row_number() over (
      partition by capture_id order by sum(downstream_bytes) desc, client_address, service
    ) as viewer_rank
  from parts
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
    if(viewer.viewer_rank = 1, source.resolution_px, null) as resolution_px,
    if(viewer.viewer_rank = 1, source.session_label, null) as labelled_session,
    row_number() over (
      partition by source.session_label
      order by viewer.viewer_rank, part.start_us
    ) as number_in_source
  from parts as part
  join viewers as viewer using (capture_id, client_address, service)
  join stg_sources as source using (capture_id)
),

sessions as (
  select
    session_label || if(number_in_source = 1, '', '#' || number_in_source) as session_id,
    * exclude (session_label, number_in_source)
  from ordered
)

select * from sessions order by session_id
