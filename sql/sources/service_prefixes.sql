-- service_prefixes: one row per address prefix of a service rule of the run.
-- filled by: warehouse/captures/service-rules.ts
create or replace table service_prefixes (
  service varchar,
  rank integer, -- place of the rule: of several rules that match, the lowest rank counts
  prefix varchar, -- CIDR notation
  bits integer, -- length of the prefix
  first_key varchar, -- first address of the prefix in hexadecimal: 8 digits for IPv4, 32 for IPv6
  last_key varchar -- last address of the prefix, written in the same way
)
