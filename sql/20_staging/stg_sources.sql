-- stg_sources: one row per labelled source of this run. Sources of one capture have the same session_group, so that no
-- split separates them.
-- reads: run_sources
-- params: run_id
select
  session_id as session_label,
  min(session_id) over (partition by capture_id) as session_group,
  capture_id,
  capture_name,
  site,
  video_id,
  home_id,
  resolution_px
from main.run_sources
where run_id = $run_id
order by session_label
