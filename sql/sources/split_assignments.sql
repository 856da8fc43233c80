-- split_assignments: one row per session_group, with its fold and the group that no fold separates.
-- filled by: warehouse/features/build-training-tables.ts
create or replace table split_assignments (
  session_group varchar,
  fold integer, -- -1: held out; from 0: folds of the search
  fold_group varchar -- null: held out
)
