-- assert_splits_complete: every session of the clean dataset has one row, and so one fold.
-- reads: dataset_clean, splits
with sessions as (
  select distinct session_group from dataset_clean
),

counted as (
  select session_group, count(*) as rows from splits group by session_group
)

select session_group, rows
from sessions
full join counted using (session_group)
where rows is distinct from 1
