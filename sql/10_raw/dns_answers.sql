-- dns_answers: one row per address or alias record of a DNS response.
create table main.dns_answers (
  capture_id bigint not null,
  packet_index uinteger not null,
  timestamp_us bigint not null,
  client_address varchar not null,
  transaction_id usmallint not null,
  query_name varchar not null,
  name varchar not null,
  type varchar not null,
  data varchar not null,
  ttl_seconds uinteger not null
)
