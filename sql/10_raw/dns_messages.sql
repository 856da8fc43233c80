-- dns_messages: one row per DNS message that could be read.
-- filled by: warehouse/captures/load-capture.ts
create table main.dns_messages (
  capture_id bigint not null,
  packet_index uinteger not null,
  timestamp_us bigint not null, -- microseconds since 1970
  client_address varchar not null,
  resolver_address varchar not null,
  transaction_id usmallint not null,
  is_response boolean not null,
  query_name varchar not null,
  query_type varchar not null,
  response_code varchar not null
)
