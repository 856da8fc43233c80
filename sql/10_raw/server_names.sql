-- server_names: one row per flow whose client named the server (TLS or QUIC hello), with the packet that completed the name.
create table if not exists main.server_names (
  capture_id bigint not null,
  flow_id uinteger not null,
  packet_index uinteger not null,
  timestamp_us bigint not null,
  protocol varchar not null,
  version varchar not null,
  name varchar not null,
  has_encrypted_hello boolean not null
)
