-- repeated_headers: one row per row of a dataset file that repeats its header, and is left out.
-- filled by: warehouse/datasets/text-columns.ts
create or replace table repeated_headers (
  file_row bigint -- from 0, without the first header
)
