-- segments: one row per segment: the bytes that one request brought down on one flow.
-- filled by: warehouse/captures/load-capture.ts
create table main.segments (
  capture_id bigint not null,
  flow_id uinteger not null,
  segment_index uinteger not null,
  request_us bigint not null, -- microseconds since 1970
  request_bytes uinteger not null,
  first_byte_us bigint, -- null if no byte arrived
  last_byte_us bigint, -- null if no byte arrived
  downstream_bytes double not null,
  retransmitted_bytes double not null,
  downstream_packets uinteger not null,
  is_closed boolean not null -- whether a further request ended it
)
