-- traffic_slots: one row per capture of the run, slot of 2^slot_bits microseconds and direction that has an IP packet,
-- with the bytes of all of them. A slot is 1.05 s long (20 bits), and shorter if windows of many sessions begin in
-- that time: each packet of a slot is compared with every border in it (feat_totals).
-- temporary
-- reads: packets, session_windows
-- variable: slot_bits = select coalesce(least(greatest(floor(log2(sum(span_us) / sum(borders))), 10), 20), 20)::integer from (select max(end_us) - min(start_us) as span_us, count(distinct start_us) as borders from session_windows group by capture_id)
-- params: capture_ids, lengths
with traffic_slots as (
  select
    capture_id,
    timestamp_us >> getvariable('slot_bits') as slot,
    is_upstream,
    sum(if($lengths = 'wire', wire_length, captured_length)) as link_bytes
  from main.packets
  where flow_id is not null and capture_id in $capture_ids
  group by capture_id, slot, is_upstream
)

select * from traffic_slots
