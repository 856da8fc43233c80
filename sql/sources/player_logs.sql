-- player_logs: one row per player's log; empty if no session has one.
-- filled by: warehouse/captures/player-logs.ts
create or replace table player_logs (
  session_label varchar primary key,
  path varchar,
  format varchar,
  time_base varchar, -- epoch: times count from 1970; otherwise from the first packet of the capture
  time_text varchar, -- how the times were read, in words
  row_count integer,
  malformed_rows integer, -- rows that were not understood; around them nothing counts as known
  first_malformed varchar, -- what is wrong with the first of them; null if there is none
  changing_rows integer, -- rows that name several resolutions: the one of the next row counts
  shown struct(start_us bigint, end_us bigint, resolution_px integer)[] -- microseconds; end_us is null if the last one has no end
)
