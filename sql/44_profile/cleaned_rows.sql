-- cleaned_rows: one row per row of dataset_raw, with the rule that drops it (null: it stays).
-- reads: dataset_raw
-- params: ladder, keep_switches
select
  session_id,
  session_group,
  window_index,
  resolution_px,
  case
    when session_id is null then 'no session'
    when label_state = 'not understood' then 'label not understood'
    when resolution_px is null then 'no label'
    when not list_contains($ladder, resolution_px) then 'off the ladder'
    when label_state = 'switch' and not $keep_switches then 'switch'
  end as dropped_by
from dataset_raw
order by session_id, window_index
