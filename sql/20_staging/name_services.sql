-- name_services: one row per name that a rule maps to a service. If several rules match, the first counts.
-- reads: dns_names, server_names, service_names, stg_sources
with names as (
  select name from dns_names
  union
  select name from main.server_names where capture_id in (select capture_id from stg_sources)
),

matches as (
  select names.name, rule.service, rule.rank
  from names
  join service_names as rule on names.name = rule.domain or ends_with(names.name, '.' || rule.domain)
  union all
  select names.name, rule.service, rule.rank
  from names
  join service_names as rule on regexp_matches(names.name, rule.pattern)
),

name_services as (
  select name, arg_min(service, rank) as service, min(rank) as rank from matches group by name
)

select * from name_services order by name
