-- sessions_summary: one row per session, then one for each capture without a session (session_id null, note says why).
-- What was predicted most of the time, for how large a share of the windows answered, how often it changed, and how
-- much is unknown. Where no model was applied (analyse), windows and all about resolutions is null.
-- reads: sessions, predictions, stg_sources, service_bytes, captures
with answered as (
  select
    session_id,
    predicted_px,
    confidence,
    predicted_px <> lag(predicted_px) over (partition by session_id order by window_index) as is_switch
  from predictions
  where predicted_px is not null
),

rungs as (
  select session_id, predicted_px as resolution_px, count(*) as windows
  from answered
  group by session_id, predicted_px
  qualify row_number() over (partition by session_id order by count(*) desc, predicted_px desc) = 1
),

answers as (
  select
    session_id,
    count(*)::integer as answered_windows,
    count_if(is_switch)::integer as switches,
    avg(confidence) as confidence
  from answered
  group by session_id
),

doubts as (
  select session_id, unknown_kind, min_by(unknown_reason, window_index) as unknown_reason
  from predictions
  where predicted_px is null
  group by session_id, unknown_kind
  qualify row_number() over (partition by session_id order by count(*) desc, unknown_kind) = 1
),

counted as (
  select session_id, count(*)::integer as windows
  from predictions
  group by session_id
),

captures_without as (
  select
    source.session_label,
    source.capture_id,
    source.capture_name,
    case
      when count(bytes.capture_id) = 0 then 'no TCP or UDP traffic'
      when count(bytes.service) = 0 then 'no flow of a known service'
      else 'flows of ' || string_agg(distinct bytes.service, ', ' order by bytes.service) || ', but no request with a response'
    end as note
  from stg_sources as source
  anti join sessions using (capture_id)
  left join service_bytes as bytes using (capture_id)
  group by source.session_label, source.capture_id, source.capture_name
),

rows as (
  select
    session.session_id,
    source.capture_id,
    source.capture_name,
    session.service,
    session.client_address,
    make_timestamp(session.start_us) as began_at, -- UTC
    (session.end_us - session.start_us) / 1e6 as seconds,
    session.has_media,
    session.media_bytes,
    counted.windows,
    rungs.resolution_px,
    rungs.windows / answers.answered_windows as resolution_share,
    answers.switches,
    answers.confidence,
    1 - coalesce(answers.answered_windows, 0) / counted.windows as unknown_share,
    doubts.unknown_kind,
    doubts.unknown_reason,
    if(session.has_media, null, 'no media: fewer than three large segments from one service') as note
  from sessions as session
  join stg_sources as source using (session_label)
  left join counted using (session_id)
  left join answers using (session_id)
  left join rungs using (session_id)
  left join doubts using (session_id)

  union all by name

  select null::varchar as session_id, capture_id, capture_name, note
  from captures_without
)

select
  session_id,
  capture_id,
  capture_name,
  make_timestamp(capture.first_us) as capture_began_at, -- UTC
  rows.* exclude (session_id, capture_id, capture_name)
from rows
left join main.captures as capture using (capture_id)
order by session_id is null, capture_name, began_at, session_id
