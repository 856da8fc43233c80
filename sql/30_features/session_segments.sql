-- session_segments: one row per segment of a session. role: media (media_bytes or more, from a media server), small
-- (less, from a media server), other server (media_servers says why), or too few (in a session without media). kind:
-- audio or video, a guess; null if it is not media or not certain. Requests of two sizes in one session: the
-- short ones bring audio (request_classes). Without them, audio is a tight cluster of segment sizes that recurs
-- throughout the session, apart from sizes that vary; then the others are video.
-- Windows of two sessions may overlap if they are longer than the gap between the sessions; a segment belongs to one
-- session.
-- reads: placed_segments, request_classes
-- Logarithms, so that distances are shares of the size: a cluster is within 2 %, with little else within 15 %.
with media as (
  select
    session_id,
    request_us,
    ln(downstream_bytes) as size,
    count(*) over (partition by session_id order by ln(downstream_bytes) range between 0.02 preceding and 0.02 following) as alike,
    count(*) over (partition by session_id order by ln(downstream_bytes) range between 0.15 preceding and 0.15 following) as around
  from placed_segments
  where role = 'media' and session_id not in (select session_id from request_classes)
),

clusters as (
  select session_id, arg_max(size, alike) as centre, max(alike) as members, arg_max(around, alike) as near
  from media
  group by session_id
),

audio as (
  select session_id, any_value(centre) as centre
  from media
  join clusters using (session_id)
  group by session_id
  having any_value(members) >= 8
    and any_value(members) >= 0.7 * any_value(near)
    and any_value(members) between 0.15 * count(*) and 0.75 * count(*)
    and max(request_us) filter (abs(size - centre) <= 0.02) - min(request_us) filter (abs(size - centre) <= 0.02)
      >= 0.5 * (max(request_us) - min(request_us))
    and stddev_pop(size) filter (abs(size - centre) > 0.02) > 0.1
),

session_segments as (
  select
    placed.*,
    case
      when class.is_long is not null then if(class.is_long, 'video', 'audio')
      when centre is null or role <> 'media' then null
      when abs(ln(downstream_bytes) - centre) <= 0.02 then 'audio'
      else 'video'
    end as kind
  from placed_segments as placed
  left join audio using (session_id)
  left join request_classes as class using (session_id, flow_id, segment_index)
)

select * from session_segments order by session_id, request_us, flow_id, segment_index
