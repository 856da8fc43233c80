-- service_endpoints: one row per (capture_id, server_address) that a DNS answer gave a service's name.
-- reads: dns_answers, stg_sources, service_rules
with answers as (
  select answer.capture_id, answer.data as server_address, answer.timestamp_us, answer.query_name, rule.service
  from main.dns_answers as answer
  join service_rules as rule on regexp_matches(answer.query_name, rule.name_pattern)
  where answer.type in ('A', 'AAAA')
    and answer.capture_id in (select capture_id from stg_sources)
),

endpoints as (
  select
    capture_id,
    server_address,
    arg_min(service, (timestamp_us, service)) as service,
    arg_min(query_name, (timestamp_us, query_name)) as query_name,
    min(timestamp_us) as valid_from_us,
    count(*)::integer as answer_count
  from answers
  group by all
)

select * from endpoints order by capture_id, server_address
