-- assert_splits_whole_groups: no session and no group of sessions stands on two sides of the split.
-- reads: scoring_set
select session_group, count(distinct fold)::integer as sides
from scoring_set
where fold is not null
group by session_group
having count(distinct fold) > 1
