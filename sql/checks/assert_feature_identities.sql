-- assert_feature_identities: relations between the published columns of a window hold (found on published rows, which
-- have three decimals: hence the tolerance).
-- reads: feat_windows
with before as (
  select
    *,
    lag(cumsum_chunksizes) over session as cumsum_before,
    lag(n_prev_up_chunk) over session as n_prev_up_before,
    lag(n_prev_down_chunk) over session as n_prev_down_before
  from feat_windows
  window session as (partition by session_id order by window_index)
),

judged as (
  select
    session_id,
    window_index,
    unnest([
      struct_pack(
        identity := 'allprev_avg_chunksize * (n_prev_down_chunk + 1) = cumsum_chunksizes',
        lhs := coalesce(allprev_avg_chunksize, 0) * (n_prev_down_chunk + 1),
        rhs := cumsum_chunksizes::double
      ),
      struct_pack(
        identity := 'cumsum_diff = growth of cumsum_chunksizes, 0 in the first window',
        lhs := cumsum_diff::double,
        rhs := coalesce(cumsum_chunksizes - cumsum_before, 0)
      ),
      struct_pack(
        identity := 'n_chunks_up = growth of n_prev_up_chunk + 1',
        lhs := n_chunks_up,
        rhs := n_prev_up_chunk - coalesce(n_prev_up_before, -1)
      ),
      struct_pack(
        identity := 'n_chunks_down = growth of n_prev_down_chunk + 1',
        lhs := n_chunks_down,
        rhs := n_prev_down_chunk - coalesce(n_prev_down_before, -1)
      ),
      struct_pack(
        identity := 'up_down_ratio = n_prev_up_chunk - n_prev_down_chunk',
        lhs := up_down_ratio,
        rhs := n_prev_up_chunk - n_prev_down_chunk
      ),
      struct_pack(
        identity := 'userAvgBytesPerPacket * userPacketCount = userByteCount',
        lhs := coalesce("userAvgBytesPerPacket", 0) * "userPacketCount",
        rhs := "userByteCount"
      ),
      struct_pack(
        identity := 'serverAvgBytesPerPacket * serverPacketCount = serverByteCount',
        lhs := coalesce("serverAvgBytesPerPacket", 0) * "serverPacketCount",
        rhs := "serverByteCount"
      ),
      struct_pack(
        identity := 'up_chunk_iat_75 = up_chunk_iat_50',
        lhs := up_chunk_iat_75,
        rhs := up_chunk_iat_50
      ),
      struct_pack(
        identity := 'up_chunk_iat_90 = up_chunk_iat_85 = up_chunk_iat_50',
        lhs := up_chunk_iat_90 + up_chunk_iat_85,
        rhs := 2 * up_chunk_iat_50
      )
    ], recursive := true)
  from before
),

ordered as (
  select
    session_id,
    window_index,
    unnest([
      struct_pack(
        identity := '10_min <= 50 <= 75 <= 85 <= 90 <= 10_max',
        series := ["10_min_chunksize", "10_chunksizes_50", "10_chunksizes_75", "10_chunksizes_85", "10_chunksizes_90", "10_max_chunksize"]
      ),
      struct_pack(
        identity := 'allprev_min <= 10_min, 10_max <= allprev_max',
        series := [allprev_min_chunksize, "10_min_chunksize", "10_max_chunksize", allprev_max_chunksize]
      ),
      struct_pack(
        identity := 'allprev_min <= 50 <= 75 <= 85 <= 90 <= allprev_max',
        series := [allprev_min_chunksize, allprev_chunksizes_50, allprev_chunksizes_75, allprev_chunksizes_85, allprev_chunksizes_90, allprev_max_chunksize]
      ),
      struct_pack(
        identity := 'all_prev_up_chunk_iat: min <= 50 <= 75 <= 85 <= 90 <= max',
        series := [all_prev_up_chunk_iat_min, all_prev_up_chunk_iat_50, all_prev_up_chunk_iat_75, all_prev_up_chunk_iat_85, all_prev_up_chunk_iat_90, all_prev_up_chunk_iat_max]
      ),
      struct_pack(
        identity := 'all_prev_down_chunk_iat: min <= 50 <= 75 <= 85 <= 90 <= max',
        series := [all_prev_down_chunk_iat_min, all_prev_down_chunk_iat_50, all_prev_down_chunk_iat_75, all_prev_down_chunk_iat_85, all_prev_down_chunk_iat_90, all_prev_down_chunk_iat_max]
      ),
      struct_pack(
        identity := 'window gaps lie among all gaps so far',
        series := [all_prev_down_chunk_iat_min, down_chunk_iat_min, down_chunk_iat_50, down_chunk_iat_max, all_prev_down_chunk_iat_max]
      )
    ], recursive := true)
  from feat_windows
),

packets as (
  select
    session_id,
    window_index,
    unnest([
      struct_pack(
        identity := 'serverAckFlags <= serverPacketCount',
        holds := "serverAckFlags" <= "serverPacketCount"
      ),
      struct_pack(
        identity := 'the packets over (userAvgRetransmit + 1) are a whole number of sequence numbers',
        holds := "userAvgRetransmit" is null
        or "userPacketCount" <> "userAckFlags"
        or abs("userPacketCount" / ("userAvgRetransmit" + 1) - round("userPacketCount" / ("userAvgRetransmit" + 1))) < 0.01
      ),
      struct_pack(
        identity := 'shares of Zero, One, Two and X repeats sum to at most 1',
        holds := "userZeroRetransmit" + "userOneRetransmit" + "userTwoRetransmit" + "userXRetransmit" < 1.002
        and "serverZeroRetransmit" + "serverOneRetransmit" + "serverTwoRetransmit" + "serverXRetransmit" < 1.002
      ),
      struct_pack(
        identity := 'the traffic of the service is part of all traffic',
        holds := total_throughput_down + 0.002 >= "service_Video_throughput_down" + service_non_video_throughput_down
      )
    ], recursive := true)
  from feat_windows
)

select session_id, window_index, identity
from judged
where not abs(lhs - rhs) <= 1e-4 * abs(rhs) + 0.002
union all
select session_id, window_index, identity
from ordered
where not list_aggregate(series, 'count') = 0 and list_filter(series, lambda value: value is not null) <> list_sort(list_filter(series, lambda value: value is not null))
union all
select session_id, window_index, identity from packets where not holds
