-- flows: one row per five-tuple of a capture, client first.
-- filled by: warehouse/captures/load-capture.ts
create table main.flows (
  capture_id bigint not null,
  flow_id uinteger not null,
  ip_version utinyint not null,
  protocol utinyint not null, -- IP protocol number
  client_address varchar not null,
  server_address varchar not null,
  client_port usmallint not null, -- 0 if the protocol has no ports
  server_port usmallint not null,
  client_basis varchar not null, -- how the client was recognised
  first_us bigint not null, -- microseconds since 1970
  last_us bigint not null,
  packet_count uinteger not null,
  wire_bytes ubigint not null
)
