-- traffic_slots: one row per capture of the run, slot of 2^20 microseconds (1.05 s) and direction that has an IP packet: bytes
-- of all of them.
-- temporary
-- reads: packets
-- params: capture_ids, lengths
with traffic_slots as (
  select
    capture_id,
    timestamp_us >> 20 as slot,
    is_upstream,
    sum(if($lengths = 'wire', wire_length, captured_length)) as link_bytes
  from main.packets
  where flow_id is not null and capture_id in $capture_ids
  group by capture_id, slot, is_upstream
)

select * from traffic_slots
