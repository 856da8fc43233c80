-- assert_service_flows_key: no flow belongs to two services, and each has its evidence.
-- reads: service_flows
select capture_id, flow_id, count(*)::integer as rows
from service_flows
group by all
having count(*) > 1 or count_if(service is null or provenance is null or evidence is null) > 0
