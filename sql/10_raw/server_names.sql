-- server_names: one row per flow whose client named the server (TLS or QUIC hello), with the packet that completed the
-- name.
-- filled by: warehouse/captures/load-capture.ts
create table if not exists main.server_names (
  capture_id bigint not null,
  flow_id uinteger not null,
  packet_index uinteger not null,
  timestamp_us bigint not null, -- microseconds since 1970
  protocol varchar not null, -- tls, quic or gquic
  version varchar not null,
  name varchar not null,
  has_encrypted_hello boolean not null -- then the name may be that of the provider only
)
