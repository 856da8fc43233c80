-- assert_packets_counted: every capture of the run has as many packets as its decoder counted.
-- reads: captures, packets, stg_sources
with counted as (
  select capture_id, count(*) as packet_rows
  from main.packets
  where capture_id in (select capture_id from stg_sources)
  group by capture_id
)

select capture_id, packet_count, packet_rows
from main.captures
left join counted using (capture_id)
where capture_id in (select capture_id from stg_sources) and coalesce(packet_rows, 0) <> packet_count
