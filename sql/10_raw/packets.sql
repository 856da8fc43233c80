-- packets: one row per captured packet. flow_id is null where the packet is not IP. flow_gap_us: since the packet before
-- of its flow and direction. tcp_* are 0 where the flow is not TCP, tcp_in_flight and tcp_rtt_us null where there is no value;
-- tcp_marks: bits of TCP_MARKS in schemas/capture.ts. Where bit packing is named, it was the best in all captures that were
-- looked at, and DuckDB need not try the others.
create table main.packets (
  capture_id bigint not null,
  packet_index uinteger not null using compression bitpacking,
  timestamp_us bigint not null using compression bitpacking,
  wire_length uinteger not null using compression bitpacking,
  captured_length uinteger not null using compression bitpacking,
  flow_id uinteger,
  is_upstream boolean not null using compression bitpacking,
  payload_length uinteger not null using compression bitpacking,
  tcp_flags usmallint not null,
  tcp_seq uinteger not null using compression bitpacking,
  tcp_ack uinteger not null using compression bitpacking,
  tcp_window usmallint not null using compression bitpacking,
  flow_gap_us uinteger using compression bitpacking,
  tcp_in_flight uinteger using compression bitpacking,
  tcp_rtt_us uinteger,
  tcp_marks utinyint not null using compression bitpacking,
  segment_index uinteger
)
