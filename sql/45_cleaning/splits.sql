-- splits: one row per session_group: -1 is held out from every trial, 0, 1, … are the folds of the search.
-- Seeded and stratified by the group's most frequent label as far as whole groups allow.
-- reads: dataset_clean
-- params: seed, folds, holdout_share
with groups as (
  select session_group, mode(resolution_px order by resolution_px) as resolution_px, count(*)::integer as row_count
  from dataset_clean
  group by session_group
),

shuffled as (
  select
    *,
    row_number() over strata as position,
    count(*) over (partition by resolution_px) as stratum_size
  from groups
  window strata as (partition by resolution_px order by md5($seed || '/' || session_group), session_group)
),

held_out as (
  select *, (position - 0.5) / stratum_size < $holdout_share and stratum_size > 1 as is_held_out
  from shuffled
),

splits as (
  select
    session_group,
    resolution_px,
    row_count,
    if(
      is_held_out,
      -1,
      (row_number() over (partition by is_held_out order by resolution_px, position) - 1) % $folds
    )::integer as fold
  from held_out
)

select * from splits order by session_group
