-- service_flows: one row per flow of a video service, with the evidence for it (provenance, evidence). If most names
-- are missing from a capture, the few named flows are not the video: then all flows to port 443 are assumed to be.
-- reads: flow_services
-- params: find_service, assumed_service, min_named_share
with captures as (
  select
    capture_id,
    coalesce(sum(wire_bytes) filter (service is not null), 0) as named_bytes,
    coalesce(sum(wire_bytes) filter (service is not null or server_port = 443), 0) as candidate_bytes
  from flow_services
  group by capture_id
),

ways as (
  select
    capture_id,
    case
      when $find_service = 'assume' then true
      when $find_service = 'auto' then named_bytes = 0 or named_bytes < $min_named_share * candidate_bytes
      else false
    end as is_assumed
  from captures
),

service_flows as (
  select
    flow.* exclude (service, provenance, evidence, evidence_us),
    if(is_assumed, $assumed_service, service) as service,
    if(is_assumed, 'assumed', provenance) as provenance,
    if(is_assumed, 'port 443', evidence) as evidence,
    if(is_assumed, null, evidence_us) as evidence_us
  from flow_services as flow
  join ways using (capture_id)
  where if(is_assumed, server_port = 443, service is not null)
)

select * from service_flows order by capture_id, flow_id
