-- column_profile: one row per candidate column of dataset_raw, over the rows that stay.
-- Two columns with one signature hold the same values in the same rows.
-- reads: dataset_raw, cleaned_rows
with kept_rows as (
  select raw.* exclude (session_group, window_start_us, resolution_px)
  from dataset_raw as raw
  join cleaned_rows as cleaned using (session_id, window_index)
  where cleaned.dropped_by is null
),

cells as (
  unpivot include nulls (select session_id, window_index, columns(* exclude (session_id, window_index))::varchar from kept_rows)
  on columns(* exclude (session_id, window_index)) into name column_name value cell
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
