-- group_values: one row per session_group and value that splits keep together: session, video, site, home or date
-- (UTC). A date is read from a timestamp, a text, or seconds, milliseconds or microseconds since 1970 (recognised by
-- their size).
-- reads: dataset_file
-- params: split_by
-- variables: session_column, group_column
with named as (
  select
    file_row,
    columns(name -> name = getvariable('session_column'))::varchar as session_group,
    columns(name -> name = getvariable('group_column'))::varchar as text
  from dataset_file
),

timed as (
  select
    *,
    try_cast(text as double) as number,
    case
      when number is null then try_cast(text as timestamp)
      when number < 1e11 then make_timestamp((number * 1e6)::bigint)
      when number < 1e14 then make_timestamp((number * 1e3)::bigint)
      else make_timestamp(number::bigint)
    end as time
  from named
),

group_values as (
  select session_group, if($split_by = 'date', strftime(min(time), '%Y-%m-%d'), null) as value
  from timed
  where $split_by = 'date'
  group by session_group
  union
  select distinct session_group, text
  from timed
  where $split_by <> 'date'
)

select * from group_values order by all
