-- dataset_raw: one row per (session_id, window_index): the features that the run learns from, with the window's label.
-- further columns: the features that the run learns from (is_chosen in feature_catalogue)
-- reads: feat_windows, feature_catalogue, window_labels
-- variable: input_columns = select list(name) from feature_catalogue where is_chosen
with labels as (
  select session_id, window_index, resolution_px, label_state from window_labels
),

features as (
  select session_id, session_group, window_index, start_us, columns(name -> name in getvariable('input_columns'))
  from feat_windows
)

select
  features.session_id,
  session_group,
  features.window_index,
  start_us as window_start_us,
  labels.resolution_px,
  labels.label_state,
  features.* exclude (session_id, session_group, window_index, start_us)
from features
join labels using (session_id, window_index)
order by features.session_id, features.window_index
