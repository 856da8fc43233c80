-- dataset_raw: one row per (session_id, window_index), from this run's own features, with its label.
-- reads: feat_windows, window_labels
with labels as (
  select session_id, window_index, resolution_px, label_state from window_labels
)

select
  feat_windows.session_id,
  session_group,
  feat_windows.window_index,
  start_us as window_start_us,
  labels.resolution_px,
  labels.label_state,
  feat_windows.* exclude (session_id, session_group, window_index, start_us, resolution_px)
from feat_windows
join labels using (session_id, window_index)
order by feat_windows.session_id, feat_windows.window_index
