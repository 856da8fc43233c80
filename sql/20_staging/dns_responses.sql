-- dns_responses: one row per DNS response, with the query that it answers: the latest with the same client, resolver,
-- transaction id and name, at most 30 s earlier. query_packet_index is null if no such query was captured.
-- reads: dns_messages, stg_sources
with messages as (
  select
    *,
    if(is_response, null, timestamp_us) as asked_us,
    if(is_response, null, packet_index) as asked_index
  from main.dns_messages
  where capture_id in (select capture_id from stg_sources)
),

paired as (
  select
    *,
    max(asked_us) over so_far as query_us,
    arg_max(asked_index, asked_us) over so_far as query_packet_index
  from messages
  window so_far as (
    partition by capture_id, client_address, resolver_address, transaction_id, query_name
    order by timestamp_us, is_response, packet_index
    rows unbounded preceding
  )
),

dns_responses as (
  select
    capture_id,
    packet_index,
    timestamp_us as answered_us,
    client_address,
    resolver_address,
    transaction_id,
    query_name,
    response_code,
    if(timestamp_us - query_us <= 30 * 1000000, query_packet_index, null) as query_packet_index,
    if(timestamp_us - query_us <= 30 * 1000000, query_us, null) as query_us
  from paired
  where is_response
)

select * from dns_responses order by capture_id, packet_index
