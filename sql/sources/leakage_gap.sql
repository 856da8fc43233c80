-- leakage_gap: one row per way to split the rows, with the score of the same small forest; empty if nothing is held out.
-- filled by: warehouse/features/audit.ts
create or replace table leakage_gap (
  split varchar, -- whole groups held out, or rows at random
  macro_f1 double, -- 0 to 1
  rows integer
)
