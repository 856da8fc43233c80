-- dns_answers: one row per address or alias (CNAME) record of a DNS response.
-- filled by: warehouse/captures/load-capture.ts
create table main.dns_answers (
  capture_id bigint not null,
  packet_index uinteger not null,
  timestamp_us bigint not null, -- microseconds since 1970
  client_address varchar not null,
  transaction_id usmallint not null,
  query_name varchar not null,
  name varchar not null, -- of the record
  type varchar not null, -- A, AAAA or CNAME
  data varchar not null, -- an address, or the name behind an alias
  ttl_seconds uinteger not null
)
