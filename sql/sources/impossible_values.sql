-- impossible_values: one row per column of numbers in dataset_raw and rule that some of its values break. No value is removed.
-- filled by: warehouse/features/impossible-values.ts
create or replace table impossible_values (
  column_name varchar,
  rule varchar, -- below or above the range of schemas/value-ranges.ts, or infinite
  affected_rows integer,
  affected_sessions integer,
  lowest double, -- of the values that break the rule, in the unit of the column
  highest double
)
