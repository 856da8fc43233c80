-- feat_packets: one row per side, in order: bytes, counts and flags of its packets.
-- temporary
-- reads: packet_counts, sides
with kinds as (
  select
    side,
    has_media,
    is_described,
    flags,
    marks,
    sum(packets) as packets,
    sum(packets * payload) as payload_bytes,
    sum(link_bytes) as link_bytes
  from packet_counts
  group by side, has_media, is_described, flags, marks
),

sums as (
  select
    side,
    sum(link_bytes) as service_bytes,
    sum(link_bytes) filter (has_media) as video_bytes,
    sum(packets) filter (is_described) as packet_count,
    sum(payload_bytes) filter (is_described) as payload_bytes,
    sum(packets) filter (is_described and flags & 16 <> 0) as ack_flags,
    sum(packets) filter (is_described and flags & 2 <> 0) as syn_flags,
    sum(packets) filter (is_described and flags & 1 <> 0) as fin_flags,
    sum(packets) filter (is_described and flags & 4 <> 0) as rst_flags,
    sum(packets) filter (is_described and flags & 8 <> 0) as psh_flags,
    sum(packets) filter (is_described and flags & 32 <> 0) as urg_flags,
    sum(packets) filter (is_described and marks & 2 <> 0) as below_highest_packets,
    sum(payload_bytes) filter (is_described and marks & 2 <> 0) as below_highest_bytes,
    sum(packets) filter (is_described and marks & 4 <> 0) as repeating_packets,
    sum(payload_bytes) filter (is_described and marks & 4 <> 0) as repeating_bytes,
    sum(packets) filter (is_described and marks & 8 <> 0) as gap_filling_packets,
    sum(payload_bytes) filter (is_described and marks & 8 <> 0) as gap_filling_bytes
  from kinds
  group by side
)

select window_number, is_upstream, sums.* exclude (side)
from sides
left join sums using (side)
order by side
