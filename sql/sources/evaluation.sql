-- evaluation: one row per model or baseline, metric and class, over the evaluation set.
-- filled by: warehouse/runs/publish.ts
create or replace table evaluation (
  model varchar, -- model, or the name of a baseline
  metric varchar,
  class_px integer, -- lines of the resolution; null: over all classes
  value double, -- null if it is not defined
  low double, -- bounds of the 95 % interval; null if there is none
  high double
)
