-- resolution_timeline: one row per (session_id, window_index): what the viewer saw, how sure, and the truth where known.
-- Null predicted_px: unknown, for the reason given. start_us is null where the source has no times of day.
-- reads: predictions
select
  session_id,
  window_index,
  elapsed_seconds,
  start_us,
  predicted_px,
  confidence,
  probabilities,
  true_px,
  unknown_reason,
  split
from predictions
order by session_id, window_index
