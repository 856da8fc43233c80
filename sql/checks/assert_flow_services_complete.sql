-- assert_flow_services_complete: every TCP and UDP flow has exactly one row, and a service has a provenance.
-- reads: flow_services, flows, stg_sources
with transport_flows as (
  select capture_id, flow_id
  from main.flows
  where protocol in (6, 17) and capture_id in (select capture_id from stg_sources)
),

counted as (
  select capture_id, flow_id, count(*) as rows, count_if((service is null) <> (provenance is null)) as contradictions
  from flow_services
  group by all
)

select capture_id, flow_id, rows, contradictions
from transport_flows
full join counted using (capture_id, flow_id)
where rows is distinct from 1 or contradictions <> 0
