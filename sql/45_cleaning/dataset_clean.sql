-- dataset_clean: one row per (session_id, window_index) with a valid label; features have the types of dataset_raw,
-- and are null if missing.
-- further columns: the inputs that cleaning kept (dropped_by is null in cleaned_columns)
-- reads: dataset_raw, cleaned_rows, cleaned_columns
-- variable: kept_columns = select coalesce(list(column_name order by column_index), []) from cleaned_columns where dropped_by is null
select
  session_id,
  session_group,
  window_index,
  window_start_us,
  -- One more column, so that the list is not empty if no input is left.
  columns(name -> name = 'resolution_px' or name in getvariable('kept_columns'))
from dataset_raw as raw
join (select session_id, window_index from cleaned_rows where dropped_by is null) using (session_id, window_index)
order by session_id, window_index
