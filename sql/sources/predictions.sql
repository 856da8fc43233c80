-- predictions: one row per (session_id, window_index) that the model was applied to.
-- filled by: warehouse/runs/publish.ts
create or replace table predictions (
  session_id varchar,
  window_index integer,
  elapsed_seconds double, -- from the session's start to the window's start
  start_us bigint, -- microseconds since 1970; null if the source has no times of day
  predicted_px integer, -- lines of the resolution; null: unknown
  confidence double, -- 0 to 1
  probabilities map(integer, double), -- by lines of the resolution
  alone_px integer, -- the prediction from this window alone, before smoothing over the session
  alone_confidence double, -- 0 to 1
  baseline_px map(varchar, integer), -- predictions of the baselines, by name; empty if none was fitted
  true_px integer, -- null if no label is known
  unknown_kind varchar, -- no media, untrained service, unlike training or low confidence; null if predicted
  unknown_reason varchar, -- in words
  split varchar -- held out, training or none
)
