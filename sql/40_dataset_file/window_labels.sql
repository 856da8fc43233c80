-- window_labels: one row per (session_id, window_index) of a file: its label, and how long the resolution has been the
-- same. since_switch_seconds: from the last change of resolution to the window's start, both at starts of windows;
-- null before the first change. Windows without a label are no change, nor those whose label is not understood.
-- reads: dataset_raw
-- params: window_seconds
with labels as (
  select
    session_id,
    window_index,
    resolution_px,
    if(resolution_px is null, 'none', label_state) as label_state,
    arg_max(resolution_px, window_index) over (
      partition by session_id order by window_index rows between unbounded preceding and 1 preceding
    ) as earlier_px
  from dataset_raw
)

select
  session_id,
  window_index,
  resolution_px,
  label_state,
  (
    window_index
    - max(if(resolution_px <> earlier_px, window_index, null)) over (partition by session_id order by window_index)
  )::double * $window_seconds as since_switch_seconds
from labels
order by session_id, window_index
