-- column_profile: one row per candidate column of dataset_raw, over the rows that stay.
-- Two columns with one signature hold the same values in the same rows.
-- reads: dataset_raw, cleaned_rows
with kept_rows as (
  select session_id, window_index, columns(* exclude (session_id, session_group, window_index, window_start_us, resolution_px, label_state))::varchar
  from dataset_raw
  join (select session_id, window_index from cleaned_rows where dropped_by is null) using (session_id, window_index)
),

cells as (
  select *
  from kept_rows
  unpivot include nulls (cell for column_name in (columns(* exclude (session_id, window_index))))
),

types as (
  select column_name, column_index, data_type
  from duckdb_columns()
  where table_name = 'dataset_raw' and schema_name = current_schema()
),

profile as (
  select
    column_name,
    count(*)::integer as row_count,
    count_if(cell is null or lower(cell) = 'nan')::integer as null_count,
    count(distinct coalesce(try_cast(cell as double)::varchar, cell))::integer as distinct_count,
    bit_xor(hash(session_id, window_index, coalesce(try_cast(cell as double)::varchar, cell))) as signature
  from cells
  group by column_name
),

column_profile as (
  select types.column_index, types.data_type, profile.*
  from profile
  join types using (column_name)
)

select * from column_profile order by column_index
