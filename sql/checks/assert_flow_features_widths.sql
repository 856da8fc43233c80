-- assert_flow_features_widths: all rows of a capture have lists of the same lengths.
-- reads: flow_features
select capture_id
from flow_features
group by capture_id
having
  count(
    distinct (len(iat), len(size), len(iat_size), len(stats), len(samp_num), len(samp_size))
  ) > 1
