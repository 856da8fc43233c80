-- resolution_timeline: one row per (session_id, window_index): predicted resolution, confidence, and ground truth if
-- known. Null predicted_px: unknown, for the reason given; the probabilities are only those of unknown_kind low confidence. start_us is null if the source has no
-- times of day. alone_px, alone_confidence: the prediction from the window alone, before smoothing over the session.
-- label_state, since_switch_seconds: how the ground truth is known, as in window_labels.
-- reads: predictions, window_labels
select
  session_id,
  window_index,
  elapsed_seconds,
  start_us,
  predicted_px,
  confidence,
  if(unknown_kind <> 'low confidence', map([]::integer[], []::double[]), probabilities) as probabilities,
  alone_px,
  alone_confidence,
  true_px,
  label_state,
  since_switch_seconds,
  unknown_kind,
  unknown_reason,
  split
from predictions
left join (select session_id, window_index, label_state, since_switch_seconds from window_labels) using (session_id, window_index)
order by session_id, window_index
