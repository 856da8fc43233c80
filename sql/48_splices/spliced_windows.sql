-- spliced_windows: one row per (session_id, window_index) of spliced sessions: the fold, and the resolution of the piece
-- that the window is in; null if the window contains a switch.
-- reads: training_splices
-- params: window_seconds
with pieces as (
  select *, at_us + to_us - from_us as until_us from training_splices
),

windows as (
  select splice_id, fold, unnest(range(0, max(until_us) // ($window_seconds::bigint * 1000000) + 1))::integer as window_index
  from pieces
  group by splice_id, fold
),

placed as (
  select
    splice_id as session_id,
    fold,
    window_index,
    window_index * ($window_seconds::bigint * 1000000) as start_us,
    (window_index + 1) * ($window_seconds::bigint * 1000000) as end_us
  from windows
),

labelled as (
  select
    placed.session_id,
    placed.fold,
    placed.window_index,
    placed.start_us,
    placed.end_us,
    if(count(*) = 1, any_value(piece.resolution_px), null) as resolution_px,
    (placed.start_us - max(piece.at_us) filter (piece.piece > 0)) / 1e6 as since_switch_seconds
  from placed
  join pieces as piece
    on piece.splice_id = placed.session_id
    and piece.at_us < placed.end_us
    and piece.until_us > placed.start_us
  group by placed.session_id, placed.fold, placed.window_index, placed.start_us, placed.end_us
)

select *, 0::bigint as session_start_us, (row_number() over (order by session_id, window_index) - 1)::integer as window_number
from labelled
order by session_id, window_index
