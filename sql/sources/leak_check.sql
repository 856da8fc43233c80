-- leak_check: one row per input column: how well it alone predicts the label of training rows.
-- filled by: warehouse/features/audit.ts
create or replace table leak_check (
  column_name varchar,
  balanced_accuracy double, -- 0 to 1
  skill double, -- 0: no better than chance, 1: perfect
  is_suspect boolean -- whether the skill is so high that the column may contain the label
)
