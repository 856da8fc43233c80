-- all_timelines: one row per run and window of its resolution_timeline: the answers of all finished runs, to be queried together.
-- filled by: warehouse/runs/all-runs.ts
create table main.all_timelines (
  run_id varchar not null,
  run_began_at timestamp not null, -- UTC
  session_id varchar not null,
  window_index integer not null,
  elapsed_seconds double, -- from the session's start to the window's start
  start_us bigint, -- microseconds since 1970; null if the source has no times of day
  predicted_px integer, -- lines of the resolution; null: unknown
  confidence double, -- 0 to 1
  true_px integer, -- null if no label is known
  unknown_kind varchar, -- no media, untrained service, unlike training or low confidence; null if predicted
  unknown_reason varchar, -- in words
  split varchar -- held out, training or none
)
