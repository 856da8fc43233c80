-- capture_faults: packets that could not be decoded further, counted by layer and reason.
create table main.capture_faults (
  capture_id bigint not null,
  layer varchar not null,
  kind varchar not null,
  packet_count uinteger not null
)
