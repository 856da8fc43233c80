"""Writes expected.json: features of whole captures, computed by pandas and SciPy from packets read by tshark and dpkt.

    python3 make-expected.py SHARED_DATA > expected.json

Each capture is treated as one session of its TCP and UDP flows to port 443, in windows of 10 s from the first request
for media: of the flows to the servers that send media, or of all flows if there is no media. No code is shared with the program: segments are found by a simple loop over the packets of a
flow, with sets of byte positions instead of ranges.
"""
import json
import subprocess
import sys

import numpy as np
import pandas as pd
from scipy import stats

WINDOW_US = 10_000_000
UDP_REQUEST_BYTES = 150
MEDIA_BYTES = 20_000
CAPTURES = json.load(open(sys.argv[0].replace("make-expected.py", "captures.json")))
FIELDS = (
    "frame.number frame.time_epoch frame.len ipv6.src ip.src ip.dst ip.len ip.hdr_len ip.proto tcp.srcport tcp.dstport tcp.seq_raw "
    "tcp.ack_raw tcp.hdr_len tcp.flags tcp.window_size_value udp.srcport udp.dstport udp.length"
).split()


def read_packets(path):
    """Rows of a capture's IP packets in file order, headers read by tshark; `is_ours`: IPv4 to or from port 443."""
    arguments = ["tshark", "-r", path, "-n", "-T", "fields", "-E", "occurrence=f", "-E", "separator=,"]
    for field in FIELDS:
        arguments += ["-e", field]
    lines = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.splitlines()
    frame = pd.DataFrame([line.split(",") for line in lines], columns=[name.replace(".", "_") for name in FIELDS])
    frame = frame[(frame.ip_src != "") | (frame.ipv6_src != "")].copy()
    frame["us"] = [int(t.split(".")[0]) * 1_000_000 + int(t.split(".")[1][:6]) for t in frame.frame_time_epoch]
    number = lambda name: pd.to_numeric(frame[name]).fillna(0).astype("int64")
    frame["wire"] = number("frame_len")
    frame["protocol"] = number("ip_proto")
    is_tcp = frame.protocol == 6
    is_udp = frame.protocol == 17
    frame["source_port"] = number("tcp_srcport").where(is_tcp, number("udp_srcport"))
    frame["target_port"] = number("tcp_dstport").where(is_tcp, number("udp_dstport"))
    ip_payload = number("ip_len") - number("ip_hdr_len")
    frame["payload"] = (ip_payload - number("tcp_hdr_len")).where(is_tcp, ip_payload - 8)
    frame["seq"] = number("tcp_seq_raw")
    frame["ack"] = number("tcp_ack_raw")
    frame["flags"] = [int(f, 16) if f else 0 for f in frame.tcp_flags]
    frame["rwnd"] = number("tcp_window_size_value")
    frame["up"] = frame.target_port == 443
    frame["is_ours"] = (frame.ip_src != "") & (is_tcp | is_udp) & ((frame.target_port == 443) | (frame.source_port == 443))
    frame["client"] = frame.ip_src.where(frame.up, frame.ip_dst)
    client_port = frame.source_port.where(frame.up, frame.target_port)
    server = frame.ip_dst.where(frame.up, frame.ip_src)
    frame["flow"] = frame.protocol.astype(str) + " " + frame.client + " " + client_port.astype(str) + " " + server
    return frame


def cut_segments(packets):
    """Segments of one flow: [request_us, first_us, last_us, bytes], by the rule of Traffic Refinery's video counter.
    After 5 s, packets of up to 150 bytes are no part of an answer; after a minute, the rest is a segment of its own."""
    segments = []
    running = None
    seen = {True: set(), False: set()}
    for row in packets.itertuples():
        if row.payload == 0 or row.flags & 0x4:
            continue
        first = (row.seq + (1 if row.flags & 0x2 else 0)) % 2**32
        if row.protocol == 6:
            fresh = 0
            for position in range(first, first + row.payload):
                if position not in seen[row.up]:
                    seen[row.up].add(position)
                    fresh += 1
        else:
            fresh = row.payload
        if row.up:
            if fresh == 0 or (row.protocol == 17 and row.payload <= UDP_REQUEST_BYTES):
                continue
            if running and running[3] > 0:
                segments.append(running)
                running = None
            running = [row.us, None, None, 0]
        elif running:
            if fresh > 0:
                pause = abs(row.us - (running[0] if running[2] is None else running[2]))
                if running[3] > 0 and pause > 5_000_000 and row.payload <= 150:
                    continue
                if pause > 60_000_000:
                    if running[3] > 0:
                        segments.append(running)
                    running = [row.us, None, None, 0]
                running[1] = row.us if running[1] is None else running[1]
                running[2] = row.us
                running[3] += fresh
    if running:
        segments.append(running)
    return segments


def round_trips(packets):
    """(time, microseconds): first ACK of each upstream TCP packet with payload that was sent once."""
    sent = {}
    samples = []
    for row in packets[packets.protocol == 6].itertuples():
        if row.flags & 0x4:
            continue
        if row.up and row.payload > 0:
            end = (row.seq + row.payload) % 2**32
            sent[end] = None if end in sent else row.us
        elif not row.up and row.flags & 0x10 and row.ack in sent:
            if sent[row.ack] is not None:
                samples.append((row.us, row.us - sent[row.ack]))
            sent[row.ack] = None
    return samples


def in_flight(packets):
    """(time, is_up, bytes) of each TCP packet with payload after the other side's first ACK. No capture here wraps."""
    acked = {True: None, False: None}
    samples = []
    for row in packets[packets.protocol == 6].itertuples():
        if row.flags & 0x4:
            continue
        if row.flags & 0x10:
            other = not row.up
            acked[other] = row.ack if acked[other] is None else max(acked[other], row.ack)
        if row.payload > 0 and acked[row.up] is not None:
            samples.append((row.us, row.up, max(0, row.seq + row.payload - acked[row.up])))
    return samples


def statistics(values):
    values = np.asarray(values, dtype=float)
    if len(values) == 0:
        return dict.fromkeys(["Avg", "Std", "Min", "Max", "Med", "Ske", "Kur"])
    constant = values.min() == values.max()
    return {
        "Avg": values.mean(),
        "Std": values.std(),
        "Min": values.min(),
        "Max": values.max(),
        "Med": np.median(values),
        "Ske": 0.0 if constant else stats.skew(values),
        "Kur": -3.0 if constant else stats.kurtosis(values),
    }


def gap_statistics(prefix, gaps):
    series = pd.Series(gaps, dtype=float)
    names = ["avg", "std", "min", "max", "50", "75", "85", "90"]
    if len(series) == 0:
        return {f"{prefix}_{name}": None for name in names}
    shares = {share: series.quantile(int(share) / 100) for share in names[4:]}
    values = {"avg": series.mean(), "std": series.std(ddof=0), "min": series.min(), "max": series.max(), **shares}
    return {f"{prefix}_{name}": values[name] for name in names}


def size_statistics(prefix, sizes):
    gaps = gap_statistics("x", sizes)
    name = lambda key: f"{prefix}_chunksizes_{key}" if key.isdigit() else f"{prefix}_{key}_chunksize"
    return {name(key[2:]): value for key, value in gaps.items()}


def media_servers(segments):
    """Servers that send media, from segments [flow, request_us, first_us, last_us, bytes]: bulk that recurs; a server with most of it."""
    slots = {}
    for flow, request, _, _, size in segments:
        if size >= MEDIA_BYTES:
            slots.setdefault(flow.split(" ")[3], {}).setdefault(request // 10_000_000, []).append(size)
    if not slots:
        return set()
    weight = {server: sum(sum(sizes) ** 0.5 for sizes in of.values()) for server, of in slots.items()}
    main = max(slots, key=lambda server: weight[server])
    total = lambda server: sum(map(sum, slots[server].values()))
    largest = lambda server: max(map(max, slots[server].values()))
    recurs = lambda server: (
        len(slots[server]) >= max(3, 0.1 * len(slots[main]))
        and total(server) >= 0.01 * total(main)
        and largest(server) <= 4 * largest(main)
    )
    return {main} | {server for server in slots if recurs(server)}


def repeats(packets):
    return [len(group) - 1 for _, group in packets.groupby(["flow", "seq"])]


def features(path):
    everything = read_packets(path)
    packets = everything[everything.is_ours].copy()
    packets["gap"] = packets.groupby(["flow", "up"]).us.diff() / 1000
    segments = []
    for flow, rows in packets.groupby("flow", sort=False):
        segments += [[flow, *segment] for segment in cut_segments(rows)]
    segments.sort(key=lambda s: s[1])
    servers = media_servers(segments)
    big = [s for s in segments if s[4] >= MEDIA_BYTES and s[0].split(" ")[3] in servers]
    has_media = len(big) >= 3 and max(s[1] for s in big) - min(s[1] for s in big) >= 2_000_000
    bounds = big if has_media else segments
    origin = bounds[0][1]
    end = max(s[3] or s[1] for s in bounds)
    media = {flow for flow in packets.flow.unique() if has_media and flow.split(" ")[3] in servers}
    if not has_media:
        big = []
    service = packets
    if has_media:
        packets = packets[packets.flow.isin(media)]
        segments = [s for s in segments if s[0] in media and origin <= s[1] <= end]
    trips, flight = [], []
    for flow, rows in packets.groupby("flow", sort=False):
        trips += round_trips(rows)
        flight += in_flight(rows)
    packets = packets[packets.us < origin + ((end - origin) // WINDOW_US + 1) * WINDOW_US]
    packets = packets[packets.groupby("flow").us.transform("max") >= origin]
    windows = (end - origin) // WINDOW_US + 1
    last_packet = everything.us.max()
    done = sorted((s for s in segments if s[4] > 0), key=lambda s: s[3])
    requests = [s[1] for s in segments]
    request_gaps = [(b, (b - a) / 1000) for a, b in zip(requests, requests[1:])]
    ends = [s[3] for s in done]
    end_gaps = [(b, (b - a) / 1000) for a, b in zip(ends, ends[1:])]
    slacks = []
    previous = {}
    for flow, request, first, last, size in segments:
        if previous.get(flow) is not None:
            slacks.append((request, (request - previous[flow]) / 1000))
        previous[flow] = last
    rows = []
    for window in range(windows):
        start, stop = origin + window * WINDOW_US, origin + (window + 1) * WINDOW_US
        inside = lambda pairs: [value for at, value in pairs if start <= at < stop]
        so_far = lambda pairs: [value for at, value in pairs if at < stop]
        part = packets[(packets.us >= start) & (packets.us < stop)]
        all_of_service = service[(service.us >= start) & (service.us < stop)]
        whole = everything[(everything.us >= start) & (everything.us < stop)]
        row = {"window_index": window, "start_us": int(start)}
        for way, up in (("up", True), ("down", False)):
            kbps = lambda size: size * 8 / 1000 / 10
            mine = all_of_service[all_of_service.up == up]
            row[f"service_Video_throughput_{way}"] = kbps(mine[mine.flow.isin(media)].wire.sum())
            row[f"service_non_video_throughput_{way}"] = kbps(mine[~mine.flow.isin(media)].wire.sum())
        row["total_throughput_both"] = kbps(whole.wire.sum())
        active = part.flow.unique()
        first = packets.groupby("flow").us.min()
        row["parallel_flows"] = len(active)
        ages = [stop - first[flow] for flow in active]
        row["flow_age_ms_avg"] = np.mean(ages) / 1000 if ages else None
        known = [flow for flow in first.index if first[flow] < stop and flow.startswith("6 ")]
        for side, up in (("user", True), ("server", False)):
            mine = part[part.up == up]
            tcp = mine[mine.protocol == 6]
            row[f"{side}PacketCount"] = len(mine)
            row[f"{side}ByteCount"] = int(mine.payload.sum())
            gaps = mine.gap[(mine.gap * 1000 <= mine.us - origin)]
            sets = {
                "InterArrivalTime": gaps.dropna(),
                "BytesPerPacket": mine.payload,
                "Rwnd": tcp.rwnd,
                "BytesInFlight": [size for at, way, size in flight if way == up and start <= at < stop],
                "Retransmit": repeats(tcp),
                "DataRetransmit": repeats(tcp[tcp.payload > 0]),
            }
            if up:
                sets["RTT"] = inside(trips)
            for quantity, values in sets.items():
                row.update({f"{side}{key}{quantity}": value for key, value in statistics(values).items()})
            shares = {"Zero": 0.0, "One": 0.0, "Two": 0.0, "X": 0.0}
            for _, rows_of_flow in tcp.groupby("flow"):
                counts = repeats(rows_of_flow)
                for count in counts:
                    shares[["Zero", "One", "Two", "X"][min(count, 3)]] += 1 / len(counts)
            has_tcp = (packets.protocol == 6).any()
            for name, share in shares.items():
                row[f"{side}{name}Retransmit"] = (share / len(known) if known else 0) if has_tcp else None
            for flag, bit in {"Ack": 16, "Syn": 2, "Fin": 1, "Rst": 4, "Psh": 8, "Urg": 32}.items():
                row[f"{side}{flag}Flags"] = int((tcp["flags"] & bit != 0).sum()) if has_tcp else None
        completed = [s for s in done if start <= s[3] < stop]
        sizes = [s[4] for s in done if s[3] < stop]
        row["n_chunks_up"] = sum(start <= at < stop for at in requests)
        row["n_chunks_down"] = len(completed)
        row["completed_bytes"] = sum(s[4] for s in completed)
        row["cumsum_chunksizes"] = sum(sizes)
        row["cumsum_diff"] = 0 if window == 0 else row["completed_bytes"]
        row["n_prev_up_chunk"] = sum(at < stop for at in requests) - 1
        row["n_prev_down_chunk"] = len(sizes) - 1
        row["up_down_ratio"] = row["n_prev_up_chunk"] - row["n_prev_down_chunk"]
        up_gaps = gap_statistics("up_chunk_iat", inside(request_gaps))
        for share in ("75", "85", "90"):
            row[f"up_chunk_iat_p{share}"] = up_gaps[f"up_chunk_iat_{share}"]
            up_gaps[f"up_chunk_iat_{share}"] = up_gaps["up_chunk_iat_50"]
        row.update(up_gaps)
        row.update(gap_statistics("down_chunk_iat", inside(end_gaps)))
        row.update(gap_statistics("all_prev_up_chunk_iat", so_far(request_gaps)))
        row.update(gap_statistics("all_prev_down_chunk_iat", so_far(end_gaps)))
        row.update(size_statistics("10", sizes[-10:]))
        row.update(size_statistics("allprev", sizes))
        ewma = pd.Series(sizes[-10:], dtype=float).ewm(alpha=0.75, adjust=True).mean()
        row["10_EWMA_chunksizes"] = [[value] for value in ewma] if sizes else None
        row["ewma_chunksize"] = ewma.iloc[-1] if sizes else None
        asked_after = {id(b): (b[1] - a[1]) / 1000 for a, b in zip(big, big[1:])}
        for span in (30, 60, 120):
            late = [s for s in big if stop - span * 1_000_000 <= s[3] < stop]
            row[f"{span}s_rate_kbps"] = sum(s[4] for s in late) * 8 / 1000 / min(span, (window + 1) * 10)
            some = size_statistics(f"{span}s", [s[4] for s in late])
            row.update({key: value for key, value in some.items() if not key.endswith(("_85", "_min_chunksize"))})
            row[f"{span}s_chunksizes_25"] = np.percentile([s[4] for s in late], 25) if late else None
            row[f"{span}s_weighted_chunksize"] = np.average([s[4] for s in late], weights=[s[4] for s in late]) if late else None
            waits = gap_statistics(f"{span}s_up_chunk_iat", [asked_after[id(s)] for s in late if id(s) in asked_after])
            row.update({key: value for key, value in waits.items() if key.rsplit("_", 1)[1] in ("avg", "max", "50")})
        known_media = [s for s in big if s[3] < stop]
        sizes_so_far = [s[4] for s in known_media]
        row["allprev_media_rate_kbps"] = sum(sizes_so_far) * 8 / ((stop - origin) / 1000) if known_media else None
        row["allprev_media_avg_chunksize"] = np.mean(sizes_so_far) if known_media else None
        row["allprev_media_max_chunksize"] = max(sizes_so_far) if known_media else None
        row["allprev_media_weighted_chunksize"] = np.average(sizes_so_far, weights=sizes_so_far) if known_media else None
        for share in (50, 90):
            row[f"allprev_media_chunksizes_{share}"] = np.percentile(sizes_so_far, share) if known_media else None
        row["media_segments_so_far"] = len(known_media)
        row["media_age_seconds"] = (stop - max(s[3] for s in known_media)) / 1e6 if known_media else None
        times = lambda values: (np.mean(values) / 1000, max(values) / 1000) if values else (None, None)
        row["ttfb_ms_avg"], row["ttfb_ms_max"] = times([s[2] - s[1] for s in completed])
        row["download_ms_avg"], row["download_ms_max"] = times([s[3] - s[2] for s in completed])
        long = [s for s in completed if s[3] > s[2]]
        row["download_rate_kbps"] = (
            sum(s[4] for s in long) * 8 / (sum(s[3] - s[2] for s in long) / 1000) if long else None
        )
        slack = inside(slacks)
        row["slack_ms_avg"] = np.mean(slack) if slack else None
        row["slack_ms_max"] = max(slack) if slack else None
        asked = [s for s in segments if s[4] > 0 and start <= s[1] < stop]
        others = [sum(o is not s and o[4] > 0 and o[1] <= s[1] < o[3] for o in segments) for s in asked]
        row["overlap_avg"] = np.mean(others) if others else None
        points = np.zeros(WINDOW_US + 1, dtype=np.int32)
        for _, request, _, last, size in segments:
            if size > 0 and request < stop and last > start:
                a, b = max(request, start) - start, min(last, stop) - start
                points[int(a)] += 1
                points[int(b)] -= 1
        row["on_share"] = float((np.cumsum(points)[:-1] > 0).mean())
        row["window_coverage"] = max(0, min(stop, last_packet) - start) / WINDOW_US
        rows.append(row)
    return rows


def plain(value):
    if value is None or isinstance(value, (str, list)):
        return value
    number = float(value)
    return int(number) if number.is_integer() else float(f"{number:.10g}")


shared = sys.argv[1]
result = {}
for capture in CAPTURES:
    result[capture] = [{key: plain(value) for key, value in row.items()} for row in features(f"{shared}/{capture}")]
json.dump(result, sys.stdout, separators=(",", ":"))
