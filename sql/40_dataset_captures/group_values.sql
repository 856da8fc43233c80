-- group_values: one row per session_group and value that splits keep together: session, video, site, home or date
-- (UTC).
-- reads: sessions
-- params: split_by
select distinct
  session_group,
  case $split_by
    when 'session' then session_group
    when 'video' then video_id
    when 'site' then site
    when 'home' then home_id
    when 'date' then strftime(make_timestamp(start_us), '%Y-%m-%d')
  end as value
from sessions
where labelled_session is not null
order by all
