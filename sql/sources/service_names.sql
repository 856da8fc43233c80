-- service_names: one row per domain or pattern of a service rule of the run.
-- filled by: warehouse/captures/service-rules.ts
create or replace table service_names (
  service varchar,
  rank integer, -- place of the rule: of several rules that match, the lowest rank counts
  domain varchar, -- matches itself and its subdomains; null if the row has a pattern
  pattern varchar -- regular expression (RE2) for a whole name or a part of it; null if the row has a domain
)
