-- training_set: one row per (session_id, window_index) that trials may see, with its fold.
-- further columns: the inputs that cleaning kept (dropped_by is null in cleaned_columns)
-- reads: dataset_clean, splits
select splits.fold, dataset_clean.*
from dataset_clean
join splits using (session_group)
where splits.fold >= 0
order by session_id, window_index
