-- scoring_set: one row per (session_id, window_index) of dataset_raw, labelled or not, with the inputs of a model.
-- fold -1: held out; null: dropped by cleaning, so in no split. Windows with a switch keep their resolution, to be
-- shown as ground truth.
-- further columns: the inputs that cleaning kept (dropped_by is null in cleaned_columns)
-- reads: dataset_raw, window_labels, cleaned_rows, cleaned_columns, splits
-- variable: kept_columns = select coalesce(list(column_name order by column_index), []) from cleaned_columns where dropped_by is null
select
  if(cleaned.dropped_by is null, splits.fold, null) as fold,
  session_id,
  raw.session_group,
  window_index,
  if(cleaned.dropped_by is null or cleaned.dropped_by = 'switch', raw.resolution_px, null) as resolution_px,
  since_switch_seconds,
  -- One more column, so that the list is not empty if no input is left.
  columns(name -> name = 'window_start_us' or name in getvariable('kept_columns'))
from dataset_raw as raw
join (select session_id, window_index, dropped_by from cleaned_rows) as cleaned using (session_id, window_index)
join (select session_id, window_index, since_switch_seconds from window_labels) using (session_id, window_index)
left join (select session_group, fold from splits) as splits using (session_group)
order by session_id, window_index
