-- address_services: one row per server address inside a prefix of a service. If several prefixes match, the first rule
-- counts; within one rule, the longest prefix. Addresses are compared as hexadecimal digits: 8 for IPv4, 32 for IPv6.
-- reads: flows, service_prefixes, stg_sources
with addresses as (
  select distinct server_address, ip_version
  from main.flows
  where capture_id in (select capture_id from stg_sources)
),

groups as (
  select
    server_address,
    ip_version,
    if(ip_version = 4, string_split(server_address, '.'), []) as bytes,
    list_filter(string_split(split_part(server_address, '::', 1), ':'), lambda part: part <> '') as head,
    list_filter(string_split(split_part(server_address, '::', 2), ':'), lambda part: part <> '') as tail
  from addresses
),

keyed as (
  select
    server_address,
    if(
      ip_version = 4,
      array_to_string(list_transform(bytes, lambda byte: printf('%02x', byte::integer)), ''),
      array_to_string(
        list_transform(
          list_concat(head, list_resize([]::varchar[], greatest(8 - len(head) - len(tail), 0)::bigint, '0'), tail),
          lambda part: lpad(part, 4, '0')
        ),
        ''
      )
    ) as address_key
  from groups
),

address_services as (
  select
    keyed.server_address,
    arg_min(rule.service, (rule.rank, -rule.bits, rule.prefix)) as service,
    arg_min(rule.prefix, (rule.rank, -rule.bits, rule.prefix)) as prefix
  from keyed
  join service_prefixes as rule
    on len(keyed.address_key) = len(rule.first_key) and keyed.address_key between rule.first_key and rule.last_key
  group by keyed.server_address
)

select * from address_services order by server_address
