-- label_readings: one row per text in the label column of a dataset file, with how it is read.
-- filled by: warehouse/datasets/label-readings.ts
create or replace table label_readings (
  label_text varchar primary key,
  row_count integer,
  resolution_px integer, -- lines of the resolution; null: no label, or not understood
  reading varchar, -- lines, name (of YouTube's player), none (it says that there is no label) or not understood
  reason varchar -- why it is not understood; else null
)
