-- dataset_raw: one row per (session_id, window_index), from this run's own features.
-- reads: feat_windows
select * rename (start_us as window_start_us)
from feat_windows
order by session_id, window_index
