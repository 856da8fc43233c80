-- feature_catalogue: one row per feature, as schemas/features.ts defines it.
-- filled by: warehouse/features/feature-catalogue.ts
create or replace table feature_catalogue (
  column_index integer, -- its place in feat_windows, from 0
  name varchar,
  unit varchar,
  family varchar, -- Net, Tran or App
  feature_group varchar,
  definition varchar,
  source varchar, -- published or own
  evidence varchar, -- exact, certain or inferred
  null_when varchar,
  correct_twin varchar, -- the feature to use instead of one that repeats a fault of the published data; else null
  is_chosen boolean -- whether the run learns from it
)
