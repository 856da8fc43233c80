-- spliced_set: one row per (session_id, window_index) of spliced sessions without a switch in the window: what a model
-- learns from in addition to training_set, in folds that contain its pieces.
-- further columns: the inputs that cleaning kept (dropped_by is null in cleaned_columns)
-- reads: feat_media, spliced_windows, cleaned_columns
-- variable: kept_columns = select coalesce(list(column_name order by column_index), []) from cleaned_columns where dropped_by is null
select
  fold,
  session_id,
  session_id as session_group,
  window_index,
  start_us as window_start_us,
  since_switch_seconds,
  -- One more column, so that the list is not empty if no input is left.
  columns(name -> name = 'resolution_px' or name in getvariable('kept_columns'))
from spliced_windows
join feat_media using (window_number)
where resolution_px is not null
order by session_id, window_index
