-- packets: one row per captured packet. flow_id is null where the packet is not IP. flow_gap_us: since the packet before
-- of its flow and direction. tcp_* are 0 where the flow is not TCP, tcp_in_flight and tcp_rtt_us null where there is no value;
-- tcp_marks: bits of TCP_MARKS in schemas/capture.ts.
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
  flow_gap_us uinteger,
  tcp_in_flight uinteger,
  tcp_rtt_us uinteger,
  tcp_marks utinyint not null,
  segment_index uinteger
)
