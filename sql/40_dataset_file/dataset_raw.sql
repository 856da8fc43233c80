-- dataset_raw: one row per (session_id, window_index), from a file; rows of a session are in the order of time_column,
-- or of the file. A label is a number of lines: 480, 480.0, 480p or 854x480. Columns of the file with names that the
-- pipeline uses are left out.
-- further columns: every other column of the file
-- reads: dataset_file
-- variables: session_column, label_column, time_column
with renamed as (
  select
    file_row,
    columns(name -> name = getvariable('session_column'))::varchar as session_id,
    columns(name -> name = getvariable('label_column')) as label,
    columns(name -> name = getvariable('time_column')) as time_order,
    columns(
      name -> name not in (getvariable('session_column'), getvariable('label_column'))
        and lower(name) not in (
          'file_row', 'session_id', 'session_group', 'window_index', 'window_start_us', 'resolution_px', 'label_state',
          'since_switch_seconds', 'label', 'time_order', 'fold'
        )
    )
  from dataset_file
),

dataset_raw as (
  select
    session_id,
    session_id as session_group,
    (row_number() over (partition by session_id order by time_order, file_row) - 1)::integer as window_index,
    null::bigint as window_start_us,
    try_cast(regexp_extract(trim(label::varchar), '^(?:\d+x)?(\d+)(?:\.0*)?p?$', 1) as integer) as resolution_px,
    if(resolution_px is null, 'none', 'steady') as label_state,
    * exclude (file_row, session_id, label, time_order)
  from renamed
)

select * from dataset_raw order by session_id, window_index
