-- column_copies: one row per candidate column, with the first column that has the same value in every row that stays.
-- filled by: warehouse/features/find-copies.ts
create or replace table column_copies (
  column_name varchar,
  copy_of varchar -- the column itself if no earlier one is equal
)
