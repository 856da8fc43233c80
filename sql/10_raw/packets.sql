-- packets: one row per captured packet. tcp_* are 0 where the flow is not TCP; flow_id is null where the packet is not IP.
create table main.packets (
  capture_id bigint not null,
  packet_index uinteger not null,
  timestamp_us bigint not null,
  wire_length uinteger not null,
  captured_length uinteger not null,
  flow_id uinteger,
  is_upstream boolean not null,
  payload_length uinteger not null,
  tcp_flags usmallint not null,
  tcp_seq uinteger not null,
  tcp_ack uinteger not null,
  tcp_window usmallint not null,
  segment_index uinteger
)
