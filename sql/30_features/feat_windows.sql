-- feat_windows: one row per (session_id, window_index) with every feature of schemas/features.ts, in its order.
-- reads: session_windows, feat_packets, feat_requests, feat_segments
with feat_windows as (
  select
    grid.session_id,
    grid.session_group,
    grid.window_index,
    grid.start_us,
    grid.resolution_px,
    coalesce(packet."userPacketCount", 0) as "userPacketCount",
    coalesce(packet."serverPacketCount", 0) as "serverPacketCount",
    coalesce(packet."userByteCount", 0) as "userByteCount",
    coalesce(packet."serverByteCount", 0) as "serverByteCount",
    coalesce(packet."service_Video_throughput_up", 0) as "service_Video_throughput_up",
    coalesce(packet."service_Video_throughput_down", 0) as "service_Video_throughput_down",
    coalesce(packet."parallel_flows", 0) as "parallel_flows",
    packet."userAvgInterArrivalTime",
    packet."serverAvgInterArrivalTime",
    packet."userStdInterArrivalTime",
    packet."serverStdInterArrivalTime",
    packet."userMaxInterArrivalTime",
    packet."serverMaxInterArrivalTime",
    packet."userAvgBytesPerPacket",
    packet."serverAvgBytesPerPacket",
    packet."userMaxBytesPerPacket",
    packet."serverMaxBytesPerPacket",
    request."n_chunks_up",
    segment."n_chunks_down",
    segment."cumsum_diff",
    request."up_chunk_iat_avg",
    request."up_chunk_iat_std",
    request."up_chunk_iat_max",
    request."up_chunk_iat_50",
    segment."down_chunk_iat_avg",
    segment."down_chunk_iat_std",
    segment."down_chunk_iat_max",
    segment."down_chunk_iat_50",
    segment."10_avg_chunksize",
    segment."10_std_chunksize",
    segment."10_min_chunksize",
    segment."10_max_chunksize",
    segment."10_chunksizes_50",
    segment."10_chunksizes_75",
    segment."10_chunksizes_90",
    segment."allprev_avg_chunksize",
    segment."allprev_std_chunksize",
    segment."allprev_max_chunksize",
    segment."allprev_chunksizes_50",
    segment."allprev_chunksizes_90",
    coalesce(segment."cumsum_chunksizes", 0) as "cumsum_chunksizes",
    coalesce(segment.completed_so_far, 0) - 1 as n_prev_down_chunk,
    request.requests_so_far - coalesce(segment.completed_so_far, 0) as up_down_ratio,
    segment."all_prev_down_chunk_iat_avg",
    segment."all_prev_down_chunk_iat_std",
    segment."all_prev_down_chunk_iat_max",
    segment."all_prev_down_chunk_iat_50"
  from session_windows as grid
  left join feat_packets as packet using (session_id, window_index)
  left join feat_requests as request using (session_id, window_index)
  left join feat_segments as segment using (session_id, window_index)
)

select * from feat_windows order by session_id, window_index
