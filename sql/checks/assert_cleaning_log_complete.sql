-- assert_cleaning_log_complete: the log has every row and column that is not in dataset_clean, and no others.
-- reads: dataset_raw, dataset_clean, cleaning_log, candidate_columns
with clean_columns as (
  select column_name from duckdb_columns() where table_name = 'dataset_clean' and schema_name = current_schema()
),

missing as (
  select 'row' as scope, session_id as name, window_index
  from dataset_raw
  anti join dataset_clean using (session_id, window_index)
  union all
  select 'column', column_name, null
  from candidate_columns
  anti join clean_columns using (column_name)
)

(from missing except all select scope, name, window_index from cleaning_log)
union all
(select scope, name, window_index from cleaning_log except all from missing)
