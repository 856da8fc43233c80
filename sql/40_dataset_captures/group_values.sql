-- group_values: one row per session_group, kind (session, video, site, home, date) and value of the groups that splits and
-- folds may keep whole. A date is in UTC.
-- reads: sessions
with labelled as (
  select
    session_group,
    session_group as session,
    video_id as video,
    site,
    home_id as home,
    strftime(make_timestamp(start_us), '%Y-%m-%d') as date
  from sessions
  where labelled_session is not null
)

select distinct session_group, kind, value
from labelled unpivot (value for kind in (session, video, site, home, date))
order by all
