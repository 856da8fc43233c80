-- dataset_columns: one row per role that a column of a dataset file has.
-- filled by: warehouse/datasets/dataset-file.ts
create or replace table dataset_columns (
  role varchar primary key, -- session, label, time, group (of split.by), video, site, home or date
  column_name varchar,
  origin varchar -- key of the run configuration, the adapter, or the usual name
)
