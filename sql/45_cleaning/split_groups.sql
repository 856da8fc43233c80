-- split_groups: one row per session_group of dataset_clean, with the group that no split separates: all session groups
-- that share a value, directly or through others (connected components).
-- reads: dataset_clean, group_values
-- params: split_by
with recursive
of_kind as (
  select session_group, value from group_values where kind = $split_by
),

links as (
  select 'session ' || session_group as session_node, 'value ' || value as value_node
  from of_kind
  where session_group in (select session_group from dataset_clean)
),

edges as (
  select session_node as here, value_node as there from links
  union all
  select value_node, session_node from links
),

components (node, component) using key (node) as (
  select distinct here, here from edges
  union
  select edges.there, min(components.component)
  from components
  join edges on edges.here = components.node
  join recurring.components as known on known.node = edges.there
  where components.component < known.component
  group by edges.there
),

split_groups as (
  select session_group, min(value) over (partition by components.component) as split_group
  from (select session_group, min(value) as value from of_kind group by session_group) as of_session
  join components on components.node = 'session ' || of_session.session_group
)

select * from split_groups order by session_group
