-- capture_faults: one row per capture, layer and reason: how many packets could not be decoded further.
-- filled by: warehouse/captures/load-capture.ts
create table main.capture_faults (
  capture_id bigint not null,
  layer varchar not null, -- where decoding stopped
  kind varchar not null, -- the reason
  packet_count uinteger not null
)
