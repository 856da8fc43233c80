-- session_rungs: one row per split_group, session_group and resolution, with how many rows of dataset_clean it has.
-- reads: dataset_clean, split_groups
select split_group, session_group, resolution_px, count(*)::integer as row_count
from dataset_clean
join split_groups using (session_group)
group by split_group, session_group, resolution_px
order by split_group, session_group, resolution_px
