-- all_skipped_captures: one row per run and row of its skipped_captures: the captures that cannot be read, of all finished runs.
-- filled by: warehouse/runs/all-runs.ts
create table main.all_skipped_captures (
  run_id varchar not null,
  run_began_at timestamp not null, -- UTC
  session_id varchar,
  capture_name varchar not null, -- path on the worker's machine
  reason varchar
)
