-- skipped_captures: one row per capture that the run leaves out, because it cannot be read; empty if there is none.
-- filled by: warehouse/captures/skipped-captures.ts
create or replace table skipped_captures (
  session_id varchar,
  capture_name varchar, -- path on the worker's machine
  reason varchar
)
