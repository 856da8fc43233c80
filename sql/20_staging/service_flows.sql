-- service_flows: one row per flow of a video service, with how it was told (provenance: dns, assumed).
-- reads: flows, service_endpoints, stg_sources
-- params: find_service, assumed_service
with transport_flows as (
  select * from main.flows
  where protocol in (6, 17) and capture_id in (select capture_id from stg_sources)
),

named as (
  select flow.*, endpoint.service, 'dns' as provenance
  from transport_flows as flow
  join service_endpoints as endpoint using (capture_id, server_address)
  where $find_service in ('auto', 'dns')
),

assumed as (
  select flow.*, $assumed_service as service, 'assumed' as provenance
  from transport_flows as flow
  where flow.server_port = 443
    and (
      $find_service = 'assume'
      or ($find_service = 'auto' and flow.capture_id not in (select capture_id from service_endpoints))
    )
),

service_flows as (
  select
    capture_id, flow_id, service, provenance, ip_version, protocol,
    client_address, server_address, client_port, server_port, packet_count, wire_bytes
  from (from named union all by name from assumed)
)

select * from service_flows order by capture_id, flow_id
