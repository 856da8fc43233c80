-- resolution_timeline: one row per (session_id, window_index): what the viewer saw, how sure, and the truth where known.
-- Null predicted_px: unknown, for the reason given. start_us is null where the source has no times of day.
-- label_state: how the truth is known, as in dataset_raw.
-- reads: predictions, dataset_raw
select
  session_id,
  window_index,
  elapsed_seconds,
  start_us,
  predicted_px,
  confidence,
  probabilities,
  true_px,
  label_state,
  unknown_reason,
  split
from predictions
left join (select session_id, window_index, label_state from dataset_raw) using (session_id, window_index)
order by session_id, window_index
