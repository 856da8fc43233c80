-- confusion_matrix: one row per model or baseline, true resolution and predicted resolution.
-- filled by: warehouse/runs/publish.ts
create or replace table confusion_matrix (
  model varchar,
  true_px integer, -- lines of the resolution
  predicted_px integer, -- lines of the resolution
  windows integer
)
