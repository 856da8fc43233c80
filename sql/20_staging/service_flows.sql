-- service_flows: one row per flow of a video service, with the evidence for it (provenance, evidence). If the names of
-- the video are missing from a capture, the named flows are not the video: then all flows to port 443 are assumed to be.
-- So it is if the main server of the named flows has less than min_named_share of the weight of itself and the main
-- server of the unnamed flows to port 443. The weight is that of media_servers, over a capture: bulk that recurs.
-- Flows that name themselves otherwise count for neither, and are assumed only if the configuration says so.
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
  select capture_id, is_named, sum(sqrt(bulk_bytes) order by slot) as weight
  from slots
  group by capture_id, is_named, server_address
),

ways as (
  select
    capture_id,
    case
      when $find_service = 'assume' then true
      when $find_service = 'auto' then
        count(flow.service) = 0
        or coalesce(any_value(main.named_weight), 0)
          < $min_named_share * coalesce(any_value(main.named_weight) + any_value(main.other_weight), any_value(main.other_weight), 0)
      else false
    end as is_assumed
  from flow_services as flow
  left join (
    select
      capture_id,
      max(weight) filter (is_named) as named_weight,
      coalesce(max(weight) filter (not is_named), 0) as other_weight
    from servers
    group by capture_id
  ) as main using (capture_id)
  group by capture_id
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
  left join (select *, true as is_named_otherwise from named_otherwise) as other using (capture_id, flow_id)
  where if(
    is_assumed,
    server_port = 443 and ($find_service = 'assume' or is_named_otherwise is null),
    service is not null
  )
)

select * from service_flows order by capture_id, flow_id
