-- dns_responses: one row per DNS response, tied to the query it answers: the latest with the same client, resolver,
-- transaction id and name, at most 30 s before it. Where no such query was captured, query_packet_index is null.
-- reads: dns_messages, stg_sources
with messages as (
  select * from main.dns_messages where capture_id in (select capture_id from stg_sources)
),

queries as (
  select
    capture_id,
    client_address,
    resolver_address,
    transaction_id,
    query_name,
    timestamp_us as query_us,
    min(packet_index) as query_packet_index
  from messages
  where not is_response
  group by all
),

paired as (
  select
    response.capture_id,
    response.packet_index,
    response.timestamp_us as answered_us,
    response.client_address,
    response.resolver_address,
    response.transaction_id,
    response.query_name,
    response.response_code,
    query.query_packet_index,
    query.query_us
  from (select * from messages where is_response) as response
  asof left join queries as query
    on response.capture_id = query.capture_id
    and response.client_address = query.client_address
    and response.resolver_address = query.resolver_address
    and response.transaction_id = query.transaction_id
    and response.query_name = query.query_name
    and response.timestamp_us >= query.query_us
),

dns_responses as (
  select
    * exclude (query_packet_index, query_us),
    if(answered_us - query_us <= 30 * 1000000, query_packet_index, null) as query_packet_index,
    if(answered_us - query_us <= 30 * 1000000, query_us, null) as query_us
  from paired
)

select * from dns_responses order by capture_id, packet_index
