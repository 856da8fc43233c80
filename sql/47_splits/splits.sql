-- splits: one row per session_group: fold -1 is held out from every trial, 0, 1, … are the folds of the search.
-- learning/search/assign-sessions.ts holds out whole split_groups, and makes folds of whole fold_groups.
-- reads: dataset_clean, split_groups, split_assignments
with session_groups as (
  select session_group, mode(resolution_px order by resolution_px) as resolution_px, count(*)::integer as row_count
  from dataset_clean
  group by session_group
)

select session_group, split_group, resolution_px, row_count, fold, fold_group
from session_groups
join split_groups using (session_group)
join split_assignments using (session_group)
order by session_group
