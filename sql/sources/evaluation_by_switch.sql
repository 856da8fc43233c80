-- evaluation_by_switch: one row per model or baseline and time since the last change of resolution.
-- filled by: warehouse/runs/publish.ts
create or replace table evaluation_by_switch (
  model varchar,
  since_switch varchar, -- a range of seconds, in words
  windows integer,
  sessions integer,
  accuracy double, -- 0 to 1
  low double, -- bounds of the 95 % interval of the accuracy
  high double,
  within_one_rung double -- share of windows at most one rung from the truth, 0 to 1
)
