-- assert_flow_features_key: a flow has one row, at least two packets, and only finite values.
-- reads: flow_features
select capture_id, flow_index, count(*)::integer as rows
from flow_features
group by all
having
  count(*) > 1
  or min(packet_count) < 2
  or count_if(list_bool_or(list_transform(list_concat(iat, iat_size, stats), lambda value: not isfinite(value)))) > 0
