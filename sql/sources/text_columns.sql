-- text_columns: one row per column of a dataset file whose texts look like numbers or times, with how they are read.
-- filled by: warehouse/datasets/text-columns.ts
create or replace table text_columns (
  column_name varchar primary key,
  reading varchar, -- number, time or text (left as it is)
  style varchar, -- how the values are written, in words
  value_rows integer, -- with a text that does not stand for a missing value
  read_rows integer, -- of these, with a number or time
  missing_rows integer, -- with a text that stands for a missing value, such as - or NA
  missing_example varchar, -- null if there is none
  unread_example varchar -- a text without a number or time; null if there is none
)
