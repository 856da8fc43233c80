-- dataset_raw: one row per (session_id, window_index), from a file; rows of a session are in the order of time_column,
-- or of the file. Labels are read as label_readings says. Columns of the file with names that the
-- pipeline uses are left out.
-- further columns: every other column of the file
-- reads: dataset_file, label_readings
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
    readings.resolution_px,
    case
      when readings.resolution_px is not null then 'steady'
      when readings.reading = 'not understood' then 'not understood'
      else 'none'
    end as label_state,
    renamed.* exclude (file_row, session_id, label, time_order)
  from renamed
  left join label_readings as readings on readings.label_text = renamed.label::varchar
)

select * from dataset_raw order by session_id, window_index
