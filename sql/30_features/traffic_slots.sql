-- traffic_slots: one row per capture of the run, slot of 2^18 microseconds (0.26 s) and direction that has an IP packet: bytes
-- of all of them.
-- temporary
-- reads: packets, stg_sources
-- params: lengths
with traffic_slots as (
  select
    capture_id,
    timestamp_us >> 18 as slot,
    is_upstream,
    sum(if($lengths = 'wire', wire_length, captured_length)) as link_bytes
  from main.packets
  where flow_id is not null and capture_id in (select capture_id from stg_sources)
  group by capture_id, slot, is_upstream
)

select * from traffic_slots
