-- sides: one row per window and direction, in order. side: twice the window_number, plus one for upstream: grouping
-- and joining by one small number is faster.
-- temporary
-- reads: session_windows
with sides as (
  select 2 * window_number + unnest([0, 1]) as side from session_windows
)

select side, side >> 1 as window_number, side & 1 = 1 as is_upstream from sides order by side
