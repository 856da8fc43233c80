-- assert_splits_whole_groups: no session is on two sides of the split, and no group that splits keep together; folds
-- may separate groups only if fewer groups than folds are left to learn from.
-- reads: scoring_set, group_values, splits
-- params: split_by
with sides as (
  select distinct session_group, fold from scoring_set where fold is not null
)

select 'session' as kind, session_group as name, count(distinct fold)::integer as sides
from sides
group by session_group
having count(distinct fold) > 1
union all
select 'group', value, count(distinct fold)::integer
from sides
join (select session_group, value from group_values where kind = $split_by) using (session_group)
group by value
having count(distinct fold < 0) > 1
  or (
    count(distinct fold) > 1
    and (select count(distinct split_group) >= count(distinct fold) from splits where fold >= 0)
  )
