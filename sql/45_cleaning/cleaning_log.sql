-- cleaning_log: one row per dropped column (window_index null) and per dropped row, with the rule and the reason.
-- name: the column, or the session of the row. value_rule: the rule that the values of a dropped column alone break.
-- reads: cleaned_rows, cleaned_columns
with dropped_columns as (
  select 'column' as scope, column_name as name, null::integer as window_index, dropped_by as rule, reason, value_rule
  from cleaned_columns
  where dropped_by is not null
),

dropped_rows as (
  select
    'row' as scope,
    session_id as name,
    window_index,
    dropped_by as rule,
    case dropped_by
      when 'no session' then 'the row names no session'
      when 'no label' then 'no resolution is known for the window'
      when 'label not understood' then 'the label is no number of lines; label_readings has its text'
      when 'switch' then 'the resolution changes in the window; most of it is ' || resolution_px
      else 'resolution ' || resolution_px || ' is not on the ladder'
    end as reason,
    null::varchar as value_rule
  from cleaned_rows
  where dropped_by is not null
)

select * from (from dropped_rows union all by name from dropped_columns)
order by scope desc, rule, name, window_index
