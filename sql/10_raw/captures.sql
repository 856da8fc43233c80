-- captures: one row per distinct capture content and decoder setting.
-- filled by: warehouse/captures/load-capture.ts
create table main.captures (
  capture_id bigint primary key, -- 60 bits of a hash over content and decoder setting
  content_hash varchar not null,
  decoder varchar not null, -- version and settings of the decoder
  format varchar not null,
  compression varchar not null,
  link_types integer[] not null, -- numbers as in pcap files
  packet_count uinteger not null,
  wire_bytes ubigint not null, -- lengths on the wire
  captured_bytes ubigint not null, -- bytes in the file, less if packets are cut off
  first_us bigint, -- microseconds since 1970; null if there is no packet
  last_us bigint,
  cut_at_byte ubigint, -- where the file, or the unpacked content of a compressed one, ends early; null if it does not
  cut_reason varchar
)
