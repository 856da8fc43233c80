-- assert_packets_counted: every capture of the run has as many packets as its decoder counted.
-- reads: captures, packets, stg_sources
with counted as (
  select
    capture_id,
    packet_count,
    (select count(*) from main.packets as packet where packet.capture_id = captures.capture_id) as packet_rows
  from main.captures
  where capture_id in (select capture_id from stg_sources)
)

select * from counted where packet_rows <> packet_count
