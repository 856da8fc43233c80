-- packets: one row per captured packet. flow_id is null if the packet is not IP, or a
-- copy of a packet just before, which counts once. tcp_* are 0 if the flow is not TCP;
-- tcp_in_flight and tcp_rtt_us are null if there is no value. Bit packing is named where it was the best method in all
-- captures tried, so that DuckDB need not try the others.
-- filled by: warehouse/captures/load-capture.ts
create table main.packets (
  capture_id bigint not null,
  packet_index uinteger not null using compression bitpacking,
  timestamp_us bigint not null using compression bitpacking, -- microseconds since 1970
  wire_length uinteger not null using compression bitpacking, -- bytes
  captured_length uinteger not null using compression bitpacking, -- bytes, less than wire_length if the packet is cut off
  flow_id uinteger,
  is_upstream boolean not null using compression bitpacking,
  payload_length uinteger not null using compression bitpacking, -- bytes behind the TCP or UDP header
  tcp_flags usmallint not null,
  tcp_seq uinteger not null using compression bitpacking,
  tcp_ack uinteger not null using compression bitpacking,
  tcp_window usmallint not null using compression bitpacking,
  flow_gap_us uinteger using compression bitpacking, -- since the packet before of the same flow and direction
  tcp_in_flight uinteger using compression bitpacking, -- bytes
  tcp_rtt_us uinteger,
  tcp_marks utinyint not null using compression bitpacking, -- bits of TCP_MARKS in schemas/capture.ts
  segment_index uinteger -- null if the packet is in no segment
)
