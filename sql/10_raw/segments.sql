-- segments: one row per segment, what one request brought down on one flow. Null times: no byte came.
create table main.segments (
  capture_id bigint not null,
  flow_id uinteger not null,
  segment_index uinteger not null,
  request_us bigint not null,
  request_bytes uinteger not null,
  first_byte_us bigint,
  last_byte_us bigint,
  downstream_bytes double not null,
  retransmitted_bytes double not null,
  downstream_packets uinteger not null,
  is_closed boolean not null
)
