-- service_segments: one row per segment of a service's flow.
-- reads: segments, service_flows
with service_segments as (
  select
    segment.*,
    coalesce(segment.last_byte_us, segment.request_us) as end_us,
    flow.service,
    flow.provenance,
    flow.client_address,
    flow.server_address
  from main.segments as segment
  join service_flows as flow using (capture_id, flow_id)
)

select * from service_segments order by capture_id, flow_id, segment_index
