-- service_flows: one row per flow of a video service, with the evidence for it (provenance, evidence). If the names of
-- the video are missing, a client's named flows are not the video: then all its flows to port 443 are assumed to be. So
-- it is if the capture has no named flow, or if the main server of the client's named flows has less than
-- min_named_share of the weight of itself and the main server of its unnamed flows to port 443. The weight is that of
-- media_servers: bulk that recurs. Flows that name themselves otherwise count for neither, and are assumed only if the
-- configuration says so.
-- reads: flow_services, segments, server_names
-- params: find_service, assumed_service, min_named_share, media_bytes
with named_otherwise as (
  select flow.capture_id, flow.flow_id
  from flow_services as flow
  join main.server_names as own using (capture_id, flow_id)
  where flow.service is null and own.name is not null and not own.has_encrypted_hello
),

slots as (
  select
    capture_id,
    flow.client_address,
    flow.server_address,
    flow.service is not null as is_named,
    segment.request_us // 10000000 as slot,
    sum(segment.downstream_bytes) as bulk_bytes
  from main.segments as segment
  join flow_services as flow using (capture_id, flow_id)
  anti join named_otherwise using (capture_id, flow_id)
  where segment.downstream_bytes >= $media_bytes and (flow.service is not null or flow.server_port = 443)
  group by all
),

servers as (
  select capture_id, client_address, is_named, sum(sqrt(bulk_bytes) order by slot) as weight
  from slots
  group by capture_id, client_address, is_named, server_address
),

weights as (
  select
    capture_id,
    client_address,
    coalesce(max(weight) filter (is_named), 0) as named_weight,
    coalesce(max(weight) filter (not is_named), 0) as other_weight
  from servers
  group by capture_id, client_address
),

clients as (
  select
    capture_id,
    client_address,
    count(service) as named_flows,
    sum(count(service)) over (partition by capture_id) as named_in_capture
  from flow_services
  group by capture_id, client_address
),

ways as (
  select
    capture_id,
    client_address,
    case
      when $find_service = 'assume' then true
      when $find_service <> 'auto' then false
      when named_flows = 0 then named_in_capture = 0
      else coalesce(named_weight < $min_named_share * (named_weight + other_weight), false)
    end as is_assumed
  from clients
  left join weights using (capture_id, client_address)
),

service_flows as (
  select
    flow.* exclude (service, provenance, evidence, evidence_us),
    if(is_assumed, $assumed_service, service) as service,
    if(is_assumed, 'assumed', provenance) as provenance,
    if(is_assumed, 'port 443', evidence) as evidence,
    if(is_assumed, null, evidence_us) as evidence_us
  from flow_services as flow
  join ways using (capture_id, client_address)
  left join (select *, true as is_named_otherwise from named_otherwise) as other using (capture_id, flow_id)
  where if(
    is_assumed,
    server_port = 443 and ($find_service = 'assume' or is_named_otherwise is null),
    service is not null
  )
)

select * from service_flows order by capture_id, flow_id
