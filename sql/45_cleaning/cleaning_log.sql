-- cleaning_log: one row per dropped column, and per session and reason of dropped rows.
-- reads: cleaned_rows, cleaned_columns
with dropped_columns as (
  select 'column' as scope, column_name as name, dropped_by as rule, reason, row_count as affected_rows
  from cleaned_columns
  where dropped_by is not null
),

dropped_rows as (
  select
    'row' as scope,
    session_id as name,
    dropped_by as rule,
    case dropped_by
      when 'no label' then 'no resolution is known for the window'
      when 'switch' then 'the resolution changes in the window; most of it is ' || any_value(resolution_px)
      else 'resolution ' || any_value(resolution_px) || ' is not on the ladder'
    end as reason,
    count(*)::integer as affected_rows
  from cleaned_rows
  where dropped_by is not null
  group by session_id, dropped_by, resolution_px
)

select * from (from dropped_rows union all by name from dropped_columns)
order by scope desc, rule, name, reason
