-- traffic_tenths: one row per capture of the run and tenth of a second that has an IP packet: bytes of all of it.
-- temporary
-- reads: packets, stg_sources
-- params: lengths
with traffic_tenths as (
  select
    capture_id,
    timestamp_us // 100000 as tenth,
    sum(if($lengths = 'wire', wire_length, captured_length) * is_upstream::integer)::bigint as upstream_bytes,
    sum(if($lengths = 'wire', wire_length, captured_length) * (not is_upstream)::integer)::bigint as downstream_bytes
  from main.packets
  where flow_id is not null and capture_id in (select capture_id from stg_sources)
  group by capture_id, tenth
)

select * from traffic_tenths
