-- fold_groups: one row per kind of group that was tried for the folds of the search, in the order of trying.
-- filled by: warehouse/features/build-training-tables.ts
create or replace table fold_groups (
  kind varchar, -- session, video, site, home or date
  groups integer, -- among the sessions to learn from
  is_chosen boolean,
  reason varchar -- why it was chosen or not
)
