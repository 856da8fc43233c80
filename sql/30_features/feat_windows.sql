-- feat_windows: one row per (session_id, window_index), with every feature of schemas/features.ts, in its order. The
-- tables that it reads have a row for every window, in the same order, and are joined by position. A join by key would
-- copy all columns of the tables before, once for each table. Rows of different windows in one position fail the run.
-- further columns: the features of docs/features.md, in that order
-- reads: session_windows, feat_totals, feat_flows, feat_packets, feat_gaps, feat_repeats, value_statistics, feat_requests, feat_segments, feat_segment_timing, feat_media
-- params: window_seconds
with feat_windows as (
  select
    if(
      flow.window_number = grid.window_number and
      total.window_number = grid.window_number and
      timing.window_number = grid.window_number and
      request.window_number = grid.window_number and
      segment.window_number = grid.window_number and
      media.window_number = grid.window_number and
      up.window_number = grid.window_number and
      up_gaps.window_number = grid.window_number and
      up_shares.window_number = grid.window_number and
      up_payload.window_number = grid.window_number and
      up_rwnd.window_number = grid.window_number and
      up_flight.window_number = grid.window_number and
      up_repeats.window_number = grid.window_number and
      up_data_repeats.window_number = grid.window_number and
      down.window_number = grid.window_number and
      down_gaps.window_number = grid.window_number and
      down_shares.window_number = grid.window_number and
      down_payload.window_number = grid.window_number and
      down_rwnd.window_number = grid.window_number and
      down_flight.window_number = grid.window_number and
      down_rtt.window_number = grid.window_number and
      down_repeats.window_number = grid.window_number and
      down_data_repeats.window_number = grid.window_number,
      grid.session_id,
      error('the tables of features are not in the order of session_windows')
    ) as session_id,
    grid.session_group,
    grid.window_index,
    grid.start_us,
    grid.resolution_px,
    coalesce(total.upstream_bytes, 0) * 8 / 1000.0 / $window_seconds as "total_throughput_up",
    coalesce(total.downstream_bytes, 0) * 8 / 1000.0 / $window_seconds as "total_throughput_down",
    coalesce(up.video_bytes, 0) * 8 / 1000.0 / $window_seconds as "service_Video_throughput_up",
    coalesce(down.video_bytes, 0) * 8 / 1000.0 / $window_seconds as "service_Video_throughput_down",
    coalesce(up.service_bytes - coalesce(up.video_bytes, 0), 0) * 8 / 1000.0 / $window_seconds as "service_non_video_throughput_up",
    coalesce(down.service_bytes - coalesce(down.video_bytes, 0), 0) * 8 / 1000.0 / $window_seconds as "service_non_video_throughput_down",
    flow.parallel_flows,
    (grid.end_us - flow.origin_us) / 1000 - (flow.origin_us + flow.first_us_avg) / 1000 as "avg_flow_age",
    (grid.end_us - flow.origin_us - flow.first_us_avg) / 1000 as "flow_age_ms_avg",
    flow.is_tcp,
    coalesce(up.packet_count, 0)::integer as "userPacketCount",
    coalesce(down.packet_count, 0)::integer as "serverPacketCount",
    coalesce(up.payload_bytes, 0)::double as "userByteCount",
    coalesce(down.payload_bytes, 0)::double as "serverByteCount",
    up_gaps.gap_avg as "userAvgInterArrivalTime",
    up_gaps.gap_std as "userStdInterArrivalTime",
    up_gaps.gap_min as "userMinInterArrivalTime",
    up_gaps.gap_max as "userMaxInterArrivalTime",
    up_gaps.gap_med as "userMedInterArrivalTime",
    up_gaps.gap_ske as "userSkeInterArrivalTime",
    up_gaps.gap_kur as "userKurInterArrivalTime",
    down_gaps.gap_avg as "serverAvgInterArrivalTime",
    down_gaps.gap_std as "serverStdInterArrivalTime",
    down_gaps.gap_min as "serverMinInterArrivalTime",
    down_gaps.gap_max as "serverMaxInterArrivalTime",
    down_gaps.gap_med as "serverMedInterArrivalTime",
    down_gaps.gap_ske as "serverSkeInterArrivalTime",
    down_gaps.gap_kur as "serverKurInterArrivalTime",
    flow.window_coverage,
    flow.is_capture_cut,
    up_payload.avg as "userAvgBytesPerPacket",
    up_payload.std as "userStdBytesPerPacket",
    up_payload.min as "userMinBytesPerPacket",
    up_payload.max as "userMaxBytesPerPacket",
    up_payload.med as "userMedBytesPerPacket",
    up_payload.ske as "userSkeBytesPerPacket",
    up_payload.kur as "userKurBytesPerPacket",
    down_payload.avg as "serverAvgBytesPerPacket",
    down_payload.std as "serverStdBytesPerPacket",
    down_payload.min as "serverMinBytesPerPacket",
    down_payload.max as "serverMaxBytesPerPacket",
    down_payload.med as "serverMedBytesPerPacket",
    down_payload.ske as "serverSkeBytesPerPacket",
    down_payload.kur as "serverKurBytesPerPacket",
    if(flow.has_tcp, coalesce(up.ack_flags, 0), null) as "userAckFlags",
    if(flow.has_tcp, coalesce(down.ack_flags, 0), null) as "serverAckFlags",
    if(flow.has_tcp, coalesce(up.syn_flags, 0), null) as "userSynFlags",
    if(flow.has_tcp, coalesce(down.syn_flags, 0), null) as "serverSynFlags",
    if(flow.has_tcp, coalesce(up.fin_flags, 0), null) as "userFinFlags",
    if(flow.has_tcp, coalesce(down.fin_flags, 0), null) as "serverFinFlags",
    if(flow.has_tcp, coalesce(up.rst_flags, 0), null) as "userRstFlags",
    if(flow.has_tcp, coalesce(down.rst_flags, 0), null) as "serverRstFlags",
    if(flow.has_tcp, coalesce(up.psh_flags, 0), null) as "userPshFlags",
    if(flow.has_tcp, coalesce(down.psh_flags, 0), null) as "serverPshFlags",
    if(flow.has_tcp, coalesce(up.urg_flags, 0), null) as "userUrgFlags",
    if(flow.has_tcp, coalesce(down.urg_flags, 0), null) as "serverUrgFlags",
    up_rwnd.avg as "userAvgRwnd",
    up_rwnd.std as "userStdRwnd",
    up_rwnd.min as "userMinRwnd",
    up_rwnd.max as "userMaxRwnd",
    up_rwnd.med as "userMedRwnd",
    up_rwnd.ske as "userSkeRwnd",
    up_rwnd.kur as "userKurRwnd",
    down_rwnd.avg as "serverAvgRwnd",
    down_rwnd.std as "serverStdRwnd",
    down_rwnd.min as "serverMinRwnd",
    down_rwnd.max as "serverMaxRwnd",
    down_rwnd.med as "serverMedRwnd",
    down_rwnd.ske as "serverSkeRwnd",
    down_rwnd.kur as "serverKurRwnd",
    up_flight.avg as "userAvgBytesInFlight",
    up_flight.std as "userStdBytesInFlight",
    up_flight.min as "userMinBytesInFlight",
    up_flight.max as "userMaxBytesInFlight",
    up_flight.med as "userMedBytesInFlight",
    up_flight.ske as "userSkeBytesInFlight",
    up_flight.kur as "userKurBytesInFlight",
    down_flight.avg as "serverAvgBytesInFlight",
    down_flight.std as "serverStdBytesInFlight",
    down_flight.min as "serverMinBytesInFlight",
    down_flight.max as "serverMaxBytesInFlight",
    down_flight.med as "serverMedBytesInFlight",
    down_flight.ske as "serverSkeBytesInFlight",
    down_flight.kur as "serverKurBytesInFlight",
    down_rtt.avg as "userAvgRTT",
    down_rtt.std as "userStdRTT",
    down_rtt.min as "userMinRTT",
    down_rtt.max as "userMaxRTT",
    down_rtt.med as "userMedRTT",
    down_rtt.ske as "userSkeRTT",
    down_rtt.kur as "userKurRTT",
    up_repeats.avg as "userAvgRetransmit",
    up_repeats.std as "userStdRetransmit",
    up_repeats.min as "userMinRetransmit",
    up_repeats.max as "userMaxRetransmit",
    up_repeats.med as "userMedRetransmit",
    up_repeats.ske as "userSkeRetransmit",
    up_repeats.kur as "userKurRetransmit",
    down_repeats.avg as "serverAvgRetransmit",
    down_repeats.std as "serverStdRetransmit",
    down_repeats.min as "serverMinRetransmit",
    down_repeats.max as "serverMaxRetransmit",
    down_repeats.med as "serverMedRetransmit",
    down_repeats.ske as "serverSkeRetransmit",
    down_repeats.kur as "serverKurRetransmit",
    up_data_repeats.avg as "userAvgDataRetransmit",
    up_data_repeats.std as "userStdDataRetransmit",
    up_data_repeats.min as "userMinDataRetransmit",
    up_data_repeats.max as "userMaxDataRetransmit",
    up_data_repeats.med as "userMedDataRetransmit",
    up_data_repeats.ske as "userSkeDataRetransmit",
    up_data_repeats.kur as "userKurDataRetransmit",
    down_data_repeats.avg as "serverAvgDataRetransmit",
    down_data_repeats.std as "serverStdDataRetransmit",
    down_data_repeats.min as "serverMinDataRetransmit",
    down_data_repeats.max as "serverMaxDataRetransmit",
    down_data_repeats.med as "serverMedDataRetransmit",
    down_data_repeats.ske as "serverSkeDataRetransmit",
    down_data_repeats.kur as "serverKurDataRetransmit",
    if(flow.has_tcp, coalesce(up_shares.zero_share, 0), null) as "userZeroRetransmit",
    if(flow.has_tcp, coalesce(down_shares.zero_share, 0), null) as "serverZeroRetransmit",
    if(flow.has_tcp, coalesce(up_shares.one_share, 0), null) as "userOneRetransmit",
    if(flow.has_tcp, coalesce(down_shares.one_share, 0), null) as "serverOneRetransmit",
    if(flow.has_tcp, coalesce(up_shares.two_share, 0), null) as "userTwoRetransmit",
    if(flow.has_tcp, coalesce(down_shares.two_share, 0), null) as "serverTwoRetransmit",
    if(flow.has_tcp, coalesce(up_shares.x_share, 0), null) as "userXRetransmit",
    if(flow.has_tcp, coalesce(down_shares.x_share, 0), null) as "serverXRetransmit",
    if(flow.has_tcp, coalesce(up.repeating_packets, 0), null) as "userRetransmittedPackets",
    if(flow.has_tcp, coalesce(down.repeating_packets, 0), null) as "serverRetransmittedPackets",
    if(flow.has_tcp, coalesce(up.repeating_bytes, 0), null) as "userRetransmittedBytes",
    if(flow.has_tcp, coalesce(down.repeating_bytes, 0), null) as "serverRetransmittedBytes",
    if(flow.has_tcp, coalesce(up.below_highest_packets, 0), null) as "userOutOfOrderPackets",
    if(flow.has_tcp, coalesce(down.below_highest_packets, 0), null) as "serverOutOfOrderPackets",
    if(flow.has_tcp, coalesce(up.below_highest_bytes, 0), null) as "userOutOfOrderBytes",
    if(flow.has_tcp, coalesce(down.below_highest_bytes, 0), null) as "serverOutOfOrderBytes",
    if(flow.has_tcp, coalesce(up.gap_filling_packets, 0), null) as "userGapFillingPackets",
    if(flow.has_tcp, coalesce(down.gap_filling_packets, 0), null) as "serverGapFillingPackets",
    if(flow.has_tcp, coalesce(up.gap_filling_bytes, 0), null) as "userGapFillingBytes",
    if(flow.has_tcp, coalesce(down.gap_filling_bytes, 0), null) as "serverGapFillingBytes",
    request.n_chunks_up,
    segment.n_chunks_down,
    if(grid.window_index = 0, 0, segment.completed_bytes) as "cumsum_diff",
    segment.completed_bytes,
    request.up_chunk_iat_50,
    request.up_chunk_iat_avg,
    request.up_chunk_iat_std,
    request.up_chunk_iat_min,
    request.up_chunk_iat_max,
    request.up_chunk_iat_75,
    request.up_chunk_iat_85,
    request.up_chunk_iat_90,
    request.up_chunk_iat_p75,
    request.up_chunk_iat_p85,
    request.up_chunk_iat_p90,
    segment.down_chunk_iat_50,
    segment.down_chunk_iat_75,
    segment.down_chunk_iat_85,
    segment.down_chunk_iat_90,
    segment.down_chunk_iat_avg,
    segment.down_chunk_iat_std,
    segment.down_chunk_iat_min,
    segment.down_chunk_iat_max,
    segment."10_chunksizes_50",
    segment."10_chunksizes_75",
    segment."10_chunksizes_85",
    segment."10_chunksizes_90",
    segment."10_avg_chunksize",
    segment."10_std_chunksize",
    segment."10_min_chunksize",
    segment."10_max_chunksize",
    segment."10_EWMA_chunksizes",
    segment.ewma_chunksize,
    segment.allprev_chunksizes_50,
    segment.allprev_chunksizes_75,
    segment.allprev_chunksizes_85,
    segment.allprev_chunksizes_90,
    segment.allprev_avg_chunksize,
    segment.allprev_std_chunksize,
    segment.allprev_min_chunksize,
    segment.allprev_max_chunksize,
    segment.cumsum_chunksizes,
    request.requests_so_far - 1 as "n_prev_up_chunk",
    segment.completed_so_far - 1 as "n_prev_down_chunk",
    request.requests_so_far - segment.completed_so_far as "up_down_ratio",
    request.all_prev_up_chunk_iat_50,
    request.all_prev_up_chunk_iat_75,
    request.all_prev_up_chunk_iat_85,
    request.all_prev_up_chunk_iat_90,
    request.all_prev_up_chunk_iat_avg,
    request.all_prev_up_chunk_iat_std,
    request.all_prev_up_chunk_iat_min,
    request.all_prev_up_chunk_iat_max,
    segment.all_prev_down_chunk_iat_50,
    segment.all_prev_down_chunk_iat_75,
    segment.all_prev_down_chunk_iat_85,
    segment.all_prev_down_chunk_iat_90,
    segment.all_prev_down_chunk_iat_avg,
    segment.all_prev_down_chunk_iat_std,
    segment.all_prev_down_chunk_iat_min,
    segment.all_prev_down_chunk_iat_max,
    timing.ttfb_ms_avg,
    timing.ttfb_ms_max,
    timing.download_ms_avg,
    timing.download_ms_max,
    timing.download_rate_kbps,
    timing.slack_ms_avg,
    timing.slack_ms_max,
    timing.overlap_avg,
    timing.on_share,
    media.* exclude (window_number)
  from session_windows as grid
  positional join feat_flows as flow
  positional join feat_totals as total
  positional join feat_segment_timing as timing
  positional join feat_requests as request
  positional join feat_segments as segment
  positional join feat_media as media
  positional join (from feat_packets where is_upstream) as up
  positional join (from feat_gaps where is_upstream) as up_gaps
  positional join (from feat_repeats where is_upstream) as up_shares
  positional join (from value_statistics where variable = 'payload' and is_upstream) as up_payload
  positional join (from value_statistics where variable = 'rwnd' and is_upstream) as up_rwnd
  positional join (from value_statistics where variable = 'flight' and is_upstream) as up_flight
  positional join (from value_statistics where variable = 'repeats' and is_upstream) as up_repeats
  positional join (from value_statistics where variable = 'data_repeats' and is_upstream) as up_data_repeats
  positional join (from feat_packets where not is_upstream) as down
  positional join (from feat_gaps where not is_upstream) as down_gaps
  positional join (from feat_repeats where not is_upstream) as down_shares
  positional join (from value_statistics where variable = 'payload' and not is_upstream) as down_payload
  positional join (from value_statistics where variable = 'rwnd' and not is_upstream) as down_rwnd
  positional join (from value_statistics where variable = 'flight' and not is_upstream) as down_flight
  positional join (from value_statistics where variable = 'rtt' and not is_upstream) as down_rtt
  positional join (from value_statistics where variable = 'repeats' and not is_upstream) as down_repeats
  positional join (from value_statistics where variable = 'data_repeats' and not is_upstream) as down_data_repeats
)

select * from feat_windows
