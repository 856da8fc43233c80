-- service_bytes: one row per capture, service and provenance, with its share of the TCP and UDP bytes. Bytes of no
-- service have the provenance unmapped.
-- reads: flow_services, service_flows
with mapped as (
  select
    flow.capture_id,
    service.service,
    coalesce(service.provenance, 'unmapped') as provenance,
    flow.wire_bytes
  from flow_services as flow
  left join service_flows as service using (capture_id, flow_id)
),

service_bytes as (
  select
    capture_id,
    service,
    provenance,
    count(*)::integer as flow_count,
    sum(wire_bytes)::bigint as wire_bytes,
    sum(wire_bytes)::double / sum(sum(wire_bytes)) over (partition by capture_id)::double as byte_share
  from mapped
  group by capture_id, service, provenance
)

select * from service_bytes order by capture_id, service nulls last, provenance
