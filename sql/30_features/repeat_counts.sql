-- repeat_counts: one row per side (packet_counts), TCP flow and number of repeats: how many distinct sequence numbers
-- were repeated so often. data_repeats: counts only packets with payload, null if there is none; repeats also counts
-- pure ACKs.
-- temporary
-- reads: packets, session_windows, packet_counts
with flow_numbers as (
  select side, flow_id, payload > 0 as is_data, tcp_seq, sum(packets) as packets
  from packet_counts
  where flags is not null and is_described
  group by side, flow_id, is_data, tcp_seq
),

known as (
  select
    side,
    flow_id,
    tcp_seq,
    sum(packets)::bigint as packets,
    coalesce(sum(packets) filter (is_data), 0)::bigint as data_packets
  from flow_numbers
  where tcp_seq is not null
  group by all
),

placed as (
  select known.*, known.side & 1 = 1 as is_upstream, grid.capture_id, grid.start_us, grid.end_us
  from known
  join session_windows as grid on grid.window_number = known.side >> 1
),

-- Packets with a rising number that was repeated in the same window: at most one for each number.
rising as (
  select placed.side, placed.flow_id, placed.tcp_seq, packet.payload_length > 0 as is_data
  from main.packets as packet
  join placed
    on placed.capture_id = packet.capture_id
    and placed.flow_id = packet.flow_id
    and placed.is_upstream = packet.is_upstream
    and placed.tcp_seq = packet.tcp_seq
    and packet.timestamp_us >= placed.start_us
    and packet.timestamp_us < placed.end_us
  where packet.tcp_marks & 16 <> 0
),

repeated as (
  select
    side,
    flow_id,
    packets + (is_data is not null)::bigint - 1 as repeats,
    nullif(data_packets + coalesce(is_data, false)::bigint, 0) - 1 as data_repeats
  from known
  left join rising using (side, flow_id, tcp_seq)
),

once as (
  select side, flow_id, is_data, sum(packets)::bigint as numbers
  from (
    select side, flow_id, is_data, packets from flow_numbers where tcp_seq is null
    union all
    select side, flow_id, is_data, -1 from rising
  )
  group by all
),

repeat_counts as (
  select side, flow_id, repeats, data_repeats, sum(numbers)::bigint as numbers
  from (
    select side, flow_id, repeats, data_repeats, 1 as numbers from repeated
    union all
    select side, flow_id, 0 as repeats, if(is_data, 0, null) as data_repeats, numbers from once where numbers > 0
  )
  group by side, flow_id, repeats, data_repeats
)

select * from repeat_counts
