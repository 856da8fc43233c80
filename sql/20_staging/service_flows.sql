-- service_flows: one row per flow of a video service, with how it was told (provenance: dns, assumed).
-- In a capture cut before most names, the few named flows are not the video: then all flows to port 443 are assumed.
-- reads: flows, service_endpoints, stg_sources
-- params: find_service, assumed_service, min_named_share
with transport_flows as (
  select flow.*, endpoint.service as named_service
  from main.flows as flow
  left join service_endpoints as endpoint using (capture_id, server_address)
  where flow.protocol in (6, 17) and flow.capture_id in (select capture_id from stg_sources)
),

captures as (
  select
    capture_id,
    coalesce(sum(wire_bytes) filter (named_service is not null), 0) as named_bytes,
    coalesce(sum(wire_bytes) filter (named_service is not null or server_port = 443), 0) as candidate_bytes
  from transport_flows
  group by capture_id
),

ways as (
  select
    capture_id,
    case
      when $find_service <> 'auto' then $find_service
      when named_bytes > 0 and named_bytes >= $min_named_share * candidate_bytes then 'dns'
      else 'assume'
    end as way
  from captures
),

service_flows as (
  select
    flow.* exclude (named_service, client_basis, first_us, last_us),
    if(ways.way = 'dns', flow.named_service, $assumed_service) as service,
    if(ways.way = 'dns', 'dns', 'assumed') as provenance
  from transport_flows as flow
  join ways using (capture_id)
  where if(ways.way = 'dns', flow.named_service is not null, flow.server_port = 443)
)

select * from service_flows order by capture_id, flow_id
