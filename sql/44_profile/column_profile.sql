-- column_profile: one row per candidate column of dataset_raw, over the rows that stay. NaN counts as null.
-- signature: equal for two columns with the same values in the same rows; numbers of all types compare.
-- reads: dataset_raw, cleaned_rows, candidate_columns
-- variable: number_columns = select coalesce(list(column_name), []) from candidate_columns where kind = 'number'
-- variable: text_columns = select coalesce(list(column_name), []) from candidate_columns where kind = 'text'
-- variable: other_columns = select coalesce(list(column_name), []) from candidate_columns where kind = 'other'
with kept_rows as (
  select raw.*
  from dataset_raw as raw
  join (select session_id, window_index from cleaned_rows where dropped_by is null) using (session_id, window_index)
),

-- With window_index, so that no list of columns is empty.
numbers as (
  select
    hash(session_id, window_index) as row_hash,
    nullif(columns(name -> name = 'window_index' or list_contains(getvariable('number_columns'), name))::double, 'nan')
  from kept_rows
),

texts as (
  select
    hash(session_id, window_index) as row_hash,
    columns(name -> name = 'session_id' or list_contains(getvariable('text_columns'), name))::varchar
  from kept_rows
),

others as (
  select columns(name -> name = 'session_id' or list_contains(getvariable('other_columns'), name))
  from kept_rows
),

present as (
  select * from (select count(columns(* exclude (row_hash))) from numbers) unpivot (cells for column_name in (*))
  union all by name
  select * from (select count(columns(* exclude (row_hash))) from texts) unpivot (cells for column_name in (*))
  union all by name
  select * from (select count(columns(*)) from others) unpivot (cells for column_name in (*))
),

constants as (
  select *
  from (select min(columns(* exclude (row_hash))) = max(columns(* exclude (row_hash))) from numbers)
  unpivot (is_constant for column_name in (*))
  union all by name
  select *
  from (select min(columns(* exclude (row_hash))) = max(columns(* exclude (row_hash))) from texts)
  unpivot (is_constant for column_name in (*))
),

signatures as (
  select *
  from (select bit_xor(hash(row_hash, columns(* exclude (row_hash)))) from numbers)
  unpivot (signature for column_name in (*))
  union all by name
  select *
  from (select bit_xor(hash(row_hash, columns(* exclude (row_hash)))) from texts)
  unpivot (signature for column_name in (*))
),

nested_texts as (
  select *
  from (
    select bool_or(columns(* exclude (row_hash)) similar to '\s*[\[{].*' and json_valid(columns(* exclude (row_hash))))
    from texts
  )
  unpivot (is_nested for column_name in (*))
),

column_profile as (
  select
    candidate.*,
    row_count,
    (row_count - cells)::integer as null_count,
    coalesce(is_constant, cells = 0) as is_constant,
    kind = 'other' and data_type similar to '.*\[.*|STRUCT.*|MAP.*' or coalesce(is_nested, false) as is_nested,
    signature
  from candidate_columns as candidate
  cross join (select count(*)::integer as row_count from kept_rows)
  join present using (column_name)
  left join constants using (column_name)
  left join signatures using (column_name)
  left join nested_texts using (column_name)
)

select * from column_profile order by column_index
