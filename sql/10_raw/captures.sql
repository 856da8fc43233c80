-- captures: one row per distinct capture content and decoder setting.
create table main.captures (
  capture_id bigint primary key,
  content_hash varchar not null,
  decoder varchar not null,
  format varchar not null,
  compression varchar not null,
  link_types integer[] not null,
  packet_count uinteger not null,
  wire_bytes ubigint not null,
  captured_bytes ubigint not null,
  first_us bigint,
  last_us bigint,
  cut_at_byte ubigint,
  cut_reason varchar
)
