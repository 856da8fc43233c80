-- dns_endpoints: one row per DNS response and address in it, with the service that one of the address's names has
-- (null if none has one) and that name. If several names match, the first rule counts.
-- reads: dns_names, dns_responses, name_services
with endpoints as (
  select
    names.capture_id,
    names.packet_index,
    names.server_address,
    arg_min(named.service, (named.rank, names.name)) as service,
    coalesce(arg_min(names.name, (named.rank, names.name)) filter (named.rank is not null), min(names.name)) as name
  from dns_names as names
  left join name_services as named using (name)
  group by all
),

dns_endpoints as (
  select
    endpoint.*,
    response.answered_us,
    response.client_address,
    response.query_name,
    response.query_packet_index is not null as is_paired
  from endpoints as endpoint
  join dns_responses as response using (capture_id, packet_index)
)

select * from dns_endpoints order by capture_id, packet_index, server_address
