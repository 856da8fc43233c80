-- service_endpoints: one row per (capture_id, server_address) for which a DNS answer gave a service's name.
-- reads: dns_endpoints
with service_endpoints as (
  select
    capture_id,
    server_address,
    arg_min(service, (answered_us, packet_index)) as service,
    arg_min(query_name, (answered_us, packet_index)) as query_name,
    min(answered_us) as valid_from_us,
    count(*)::integer as answer_count
  from dns_endpoints
  where service is not null
  group by all
)

select * from service_endpoints order by capture_id, server_address
