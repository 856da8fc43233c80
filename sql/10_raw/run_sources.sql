-- run_sources: one row per capture of a run, with its label.
-- filled by: warehouse/runs/register-run.ts
create table main.run_sources (
  run_id varchar not null,
  capture_id bigint not null,
  session_id varchar not null, -- as in the sessions file
  capture_name varchar not null,
  site varchar,
  video_id varchar,
  home_id varchar,
  resolution_px integer, -- label of the whole session, lines of the resolution
  primary key (run_id, session_id)
)
