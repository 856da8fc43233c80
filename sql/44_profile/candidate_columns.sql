-- candidate_columns: one row per column of dataset_raw that might be an input, with its kind: number, text or other.
-- reads: dataset_raw
select
  column_index,
  column_name,
  data_type,
  case
    when data_type in (
      'BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT',
      'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'FLOAT', 'DOUBLE'
    ) or (data_type like 'DECIMAL%' and data_type not like '%[%') then 'number'
    when data_type = 'VARCHAR' then 'text'
    else 'other'
  end as kind
from duckdb_columns()
where table_name = 'dataset_raw'
  and schema_name = current_schema()
  and column_name not in (
    'session_id', 'session_group', 'window_index', 'window_start_us', 'resolution_px', 'label_state'
  )
order by column_index
