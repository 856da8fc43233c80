-- all_sessions: one row per run and row of its sessions_summary: what the viewers of all captures saw, over all finished runs.
-- filled by: warehouse/runs/all-runs.ts
create table main.all_sessions (
  run_id varchar not null,
  run_began_at timestamp not null, -- UTC
  session_id varchar, -- null: a capture without a session
  capture_id bigint not null,
  capture_name varchar not null,
  capture_began_at timestamp, -- of its first packet, UTC; null: it has none
  service varchar,
  client_address varchar,
  began_at timestamp, -- UTC
  seconds double, -- from the first media request to the last byte of media
  has_media boolean,
  media_bytes bigint,
  windows integer, -- with and without an answer; null: no model was applied
  resolution_px integer, -- predicted for most of the windows answered, lines
  resolution_share double, -- of the windows answered
  switches integer, -- changes from one window answered to the next
  confidence double, -- mean of the windows answered, 0 to 1
  unknown_share double, -- of all windows
  unknown_kind varchar, -- of most unknown windows
  unknown_reason varchar, -- of the first of these, in words
  note varchar -- why there is nothing to judge; null if there is
)
