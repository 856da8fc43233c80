-- assert_feature_catalogue: feat_windows has the features of schemas/features.ts, in their order, and no others.
-- reads: feat_windows, feature_catalogue
with built as (
  select name, row_number() over (order by cid) as place
  from pragma_table_info('feat_windows')
  where name not in ('session_id', 'session_group', 'window_index', 'start_us', 'resolution_px')
),

defined as (
  select name, row_number() over (order by column_index) as place from feature_catalogue
)

select built.name as built_name, defined.name as defined_name, place
from built
full join defined using (place)
where built.name is distinct from defined.name
