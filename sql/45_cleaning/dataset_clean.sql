-- dataset_clean: one row per (session_id, window_index) with a valid label; features as doubles, null where missing.
-- reads: dataset_raw, cleaned_rows, cleaned_columns
-- variable: kept_columns = select coalesce(list(column_name order by column_index), []) from cleaned_columns where dropped_by is null
select
  session_id,
  session_group,
  window_index,
  window_start_us,
  -- One column more, so that the list is not empty where no input is left.
  columns(name -> name = 'resolution_px' or name in getvariable('kept_columns'))
from dataset_raw as raw
join (select session_id, window_index from cleaned_rows where dropped_by is null) using (session_id, window_index)
order by session_id, window_index
