-- assert_window_labels_complete: every window has one label row, and a label if and only if its state says so; a
-- switch in a window is after its start.
-- reads: session_windows, window_labels
with labels as (
  select
    session_id,
    window_index,
    count(*) as rows,
    count_if((resolution_px is null) <> (label_state = 'none')
      or (label_state = 'switch' and coalesce(since_switch_seconds, 0) >= 0)) as contradictions
  from window_labels
  group by all
)

select session_id, window_index, rows, contradictions
from session_windows
full join labels using (session_id, window_index)
where rows is distinct from 1 or contradictions <> 0
