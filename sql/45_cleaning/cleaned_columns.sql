-- cleaned_columns: one row per candidate column, with the first rule that drops it (null: it stays) and why.
-- reads: column_profile
-- params: label_side_columns, identifying_columns, max_null_share
with judged as (
  select
    *,
    case
      when list_contains($label_side_columns, column_name) then 'label side'
      when list_contains($identifying_columns, column_name) then 'identifying'
      when data_type like '%[%' or data_type like 'STRUCT%' or data_type like 'MAP%' then 'nested'
      when data_type not in (
        'BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT',
        'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'FLOAT', 'DOUBLE'
      ) and data_type not like 'DECIMAL%' then 'not numeric'
      when null_count > $max_null_share * row_count then 'nulls'
      when distinct_count <= 1 then 'constant'
    end as rule
  from column_profile
),

ranked as (
  select
    *,
    if(
      rule is null,
      first_value(column_name) over (partition by signature, rule is null order by column_index),
      null
    ) as first_of_its_kind
  from judged
),

cleaned_columns as (
  select
    column_index,
    column_name,
    data_type,
    row_count,
    null_count,
    distinct_count,
    coalesce(rule, if(first_of_its_kind <> column_name, 'duplicate', null)) as dropped_by,
    case dropped_by
      when 'label side' then 'reported by the player or derived from the label: known only to the answer'
      when 'identifying' then 'names a session, a home, a title or a moment'
      when 'nested' then 'cells of type ' || data_type || ' are no number'
      when 'not numeric' then 'type ' || data_type || ' is no number'
      when 'nulls' then null_count || ' of ' || row_count || ' rows are null'
      when 'constant' then 'the same value in every row'
      when 'duplicate' then 'the same values as ' || first_of_its_kind
    end as reason
  from ranked
)

select * from cleaned_columns order by column_index
