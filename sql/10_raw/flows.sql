-- flows: one row per five-tuple of a capture, client first. client_basis says how the client was told.
create table main.flows (
  capture_id bigint not null,
  flow_id uinteger not null,
  ip_version utinyint not null,
  protocol utinyint not null,
  client_address varchar not null,
  server_address varchar not null,
  client_port usmallint not null,
  server_port usmallint not null,
  client_basis varchar not null,
  first_us bigint not null,
  last_us bigint not null,
  packet_count uinteger not null,
  wire_bytes ubigint not null
)
