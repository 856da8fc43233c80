-- assert_splits_whole_fold_groups: every session to learn from has a group, which no fold of the search separates, nor any
-- value of the kind of group that the folds consist of.
-- reads: splits, fold_groups, group_values
with learnt as (
  select session_group, fold, fold_group from splits where fold >= 0
)

select 'without a group' as fault, session_group as name
from learnt
where fold_group is null
union all
select 'separated group', fold_group
from learnt
group by fold_group
having count(distinct fold) > 1
union all
select 'separated value', value
from learnt
join group_values using (session_group)
join fold_groups using (kind)
where fold_groups.is_chosen and kind <> 'session'
group by kind, value
having count(distinct fold) > 1
