-- cleaned_columns: one row per candidate column: value_rule, the rule that its values alone break (as in the course:
-- nulls, nested, constant, duplicate), and dropped_by, the first of all rules that drops it from the inputs (null: it
-- stays), with the reason. Of a set of copies, the first that no other rule drops stays.
-- reads: column_profile, column_copies
-- params: label_side_columns, identifying_columns, excluded_columns, for_captures, capture_columns, max_null_share
with judged as (
  select
    *,
    case
      when is_nested then 'nested'
      when kind <> 'number' then 'not numeric'
      when null_count > $max_null_share * row_count then 'nulls'
      when is_constant then 'constant'
    end as defect,
    case
      when list_contains($label_side_columns, lower(column_name)) then 'label side'
      when list_contains($identifying_columns, lower(column_name)) then 'identifying'
      when list_contains($excluded_columns, lower(column_name)) then 'excluded'
      when $for_captures and not list_contains($capture_columns, column_name) then 'not from captures'
      else defect
    end as rule
  from column_profile
  join column_copies using (column_name)
),

ranked as (
  select
    *,
    min_by(column_name, column_index) filter (defect is null or defect = 'not numeric') over copies as first_whole,
    min_by(column_name, column_index) filter (rule is null) over copies as first_input
  from judged
  window copies as (partition by copy_of)
),

cleaned_columns as (
  select
    column_index,
    column_name,
    data_type,
    row_count,
    null_count,
    case
      when defect in ('nested', 'nulls', 'constant') then defect
      when first_whole <> column_name then 'duplicate'
    end as value_rule,
    coalesce(rule, if(first_input <> column_name, 'duplicate', null)) as dropped_by,
    case dropped_by
      when 'label side' then 'only the player knows it, or it follows from the label'
      when 'identifying' then 'names a session, a home, a title or a moment'
      when 'excluded' then 'left out by excludeColumns'
      when 'not from captures' then 'no capture gives it'
      when 'nested' then 'cells are lists or objects, no numbers'
      when 'not numeric' then 'type ' || data_type || ' is no number'
      when 'nulls' then null_count || ' of ' || row_count || ' rows are null'
      when 'constant' then 'the same value in every row'
      when 'duplicate' then 'the same values as ' || first_input
    end as reason
  from ranked
)

select * from cleaned_columns order by column_index
