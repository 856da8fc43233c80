-- service_segments: one row per segment of a service's flow. ttfb: request to first byte; download: first to last
-- byte; slack: last byte to the next request of the flow. Null: no byte arrived, or there is no further request. If
-- the clock ran backwards, a segment ends at the time of its request. server_domain: the last two labels of the name
-- that is the evidence for the service; null without a name.
-- reads: segments, service_flows
with service_segments as (
  select
    segment.*,
    greatest(segment.last_byte_us, segment.request_us) as end_us,
    segment.first_byte_us - segment.request_us as ttfb_us,
    segment.last_byte_us - segment.first_byte_us as download_us,
    lead(segment.request_us) over flow_order - segment.last_byte_us as slack_us,
    if(flow.protocol = 6, 'tcp', 'udp') as protocol,
    flow.service,
    flow.provenance,
    flow.client_address,
    flow.server_address,
    if(
      flow.provenance in ('tls', 'quic', 'gquic', 'dns', 'dns-other'),
      nullif(regexp_extract(flow.evidence, '[^.]+\.[^.]+$'), ''),
      null
    ) as server_domain
  from main.segments as segment
  join service_flows as flow using (capture_id, flow_id)
  window flow_order as (partition by segment.capture_id, segment.flow_id order by segment.segment_index)
)

select * from service_segments order by capture_id, flow_id, segment_index
