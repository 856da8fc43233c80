-- assert_service_bytes_sum: mapped and unmapped bytes add up to those of all TCP and UDP flows, and their shares to
-- one.
-- reads: flow_services, service_bytes
with flows as (
  select capture_id, sum(wire_bytes) as flow_bytes from flow_services group by all
),

parts as (
  select capture_id, sum(wire_bytes) as part_bytes, sum(byte_share) as shares from service_bytes group by all
)

select capture_id, flow_bytes, part_bytes, shares
from flows
full join parts using (capture_id)
where flow_bytes is distinct from part_bytes or (flow_bytes > 0 and abs(shares - 1) > 1e-9)
