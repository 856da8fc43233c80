-- assert_splits_one_capture: a capture that is labelled under two names is not on two sides of the split.
-- reads: splits, stg_sources
select capture_id, count(distinct fold)::integer as sides
from splits
join stg_sources using (session_group)
group by capture_id
having count(distinct fold) > 1
