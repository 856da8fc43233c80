-- dns_names: one row per DNS response, address in it and name of that address: the name in the query, the name of the
-- record, and every alias (CNAME) between them.
-- reads: dns_answers, dns_responses
with recursive answers as (
  select distinct answer.capture_id, answer.packet_index, answer.query_name, answer.name, answer.type, answer.data
  from main.dns_answers as answer
  join dns_responses using (capture_id, packet_index)
),

chains as (
  select capture_id, packet_index, data as server_address, name from answers where type in ('A', 'AAAA')
  union
  select chain.capture_id, chain.packet_index, chain.server_address, alias.name
  from chains as chain
  join answers as alias
    on alias.capture_id = chain.capture_id
    and alias.packet_index = chain.packet_index
    and alias.type = 'CNAME'
    and alias.data = chain.name
),

dns_names as (
  select capture_id, packet_index, server_address, name from chains
  union
  select capture_id, packet_index, data, query_name from answers where type in ('A', 'AAAA') and query_name <> ''
)

select * from dns_names order by capture_id, packet_index, server_address, name
