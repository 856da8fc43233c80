-- group_values: one row per session_group, kind (session, video, site, home, date) and value of the groups that splits and
-- folds may keep whole. A date is in UTC, and read from a timestamp, a text, or seconds, milliseconds or microseconds since
-- 1970 (recognised by their size).
-- reads: dataset_file, dataset_columns
-- params: split_by
-- variable: group_columns = select list(distinct column_name) from dataset_columns where role not in ('session', 'label', 'time')
-- variables: session_column
with named as (
  select
    -- No column of a file has this name, as the file's own columns are beside it.
    columns(name -> name = getvariable('session_column'))::varchar as "session of the row",
    columns(name -> name in getvariable('group_columns'))::varchar
  from dataset_file
),

valued as (
  select "session of the row" as session_group, column_name, value as text
  from named unpivot (value for column_name in (columns(* exclude ("session of the row"))))
),

kinds as (
  select session_group, if(role = 'group', $split_by, role) as kind, text, try_cast(text as double) as number
  from valued
  join (select column_name, role from dataset_columns where role not in ('session', 'label', 'time')) as roles
    using (column_name)
),

dated as (
  select
    session_group,
    case
      when number is null then try_cast(text as timestamp)
      when number < 1e11 then make_timestamp((number * 1e6)::bigint)
      when number < 1e14 then make_timestamp((number * 1e3)::bigint)
      else make_timestamp(number::bigint)
    end as time
  from kinds
  where kind = 'date'
),

group_values as (
  select session_group, 'date' as kind, strftime(min(time), '%Y-%m-%d') as value
  from dated
  group by session_group
  having min(time) is not null
  union
  select distinct session_group, kind, text
  from kinds
  where kind <> 'date'
)

select * from group_values order by all
