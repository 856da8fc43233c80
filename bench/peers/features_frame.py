"""Windows and segments of sessions in pandas, vectorised, from a table of their packets: features_frame.py PARQUET

The statistics of feat_packets, feat_repeats, feat_flows, feat_requests and feat_segments. Left out, in favour of pandas:
repeated bytes, wrapping sequence numbers, the timing of segments, other traffic, services, checks, writing a table.
"""

import sys

import pandas as pd

WINDOW_US = 10_000_000
UDP_REQUEST_BYTES = 150
SHARES = [0.5, 0.75, 0.85, 0.9]

packets = pd.read_parquet(sys.argv[1])
packets["window"] = (packets.timestamp_us - packets.origin_us) // WINDOW_US
packets["gap"] = packets.groupby(["session_id", "flow_id", "is_upstream"]).timestamp_us.diff() / 1000
packets["rwnd"] = packets.tcp_window.where(packets.is_tcp)

is_data = packets.is_tcp & (packets.payload_length > 0)
end = packets.tcp_seq.astype("int64") + packets.payload_length
has_ack = packets.is_tcp & ((packets.tcp_flags & 16) != 0)
for_up = packets.tcp_ack.where(has_ack & ~packets.is_upstream).groupby(packets.flow_id).ffill()
for_down = packets.tcp_ack.where(has_ack & packets.is_upstream).groupby(packets.flow_id).ffill()
packets["flight"] = (end - for_up.where(packets.is_upstream, for_down)).where(is_data).clip(lower=0)
highest = packets.tcp_seq.where(is_data).groupby([packets.flow_id, packets.is_upstream]).cummax()
packets["is_below"] = is_data & (packets.tcp_seq < highest)
sent = packets[is_data & packets.is_upstream].assign(end=end)
sent = sent[~sent.duplicated(["flow_id", "end"], keep=False)][["flow_id", "end", "timestamp_us"]]
acks = packets[has_ack & ~packets.is_upstream].drop_duplicates(["flow_id", "tcp_ack"])
trips = acks.merge(sent, left_on=["flow_id", "tcp_ack"], right_on=["flow_id", "end"], suffixes=("", "_sent"))
trips["rtt"] = trips.timestamp_us - trips.timestamp_us_sent
keys = ["session_id", "window", "is_upstream"]
grouped = packets.groupby(keys)
parts = [grouped.agg(packets=("wire_length", "size"), link=("wire_length", "sum"), payload=("payload_length", "sum"))]
parts.append(packets[packets.has_media].groupby(keys).wire_length.sum().rename("video"))
for bit in (1, 2, 4, 8, 16, 32):
    parts.append(((packets.tcp_flags & bit) != 0).groupby([packets[key] for key in keys]).sum().rename(f"flag{bit}"))
parts.append(packets[packets.is_below].groupby(keys).payload_length.agg(["size", "sum"]).add_prefix("below"))
for name in ("payload_length", "gap", "rwnd", "flight", "rtt"):
    values = trips.groupby(keys)[name] if name == "rtt" else grouped[name]
    statistics = values.agg(["mean", "min", "max", "median", "skew"])
    statistics["std"] = values.std(ddof=0)
    statistics["kurtosis"] = values.kurt() if hasattr(values, "kurt") else values.apply(pd.Series.kurt)
    parts.append(statistics.add_prefix(name))
tcp = packets[packets.is_tcp]
for label, part in (("all", tcp), ("data", tcp[tcp.payload_length > 0])):
    repeats = part.groupby([*keys, "flow_id", "tcp_seq"]).size() - 1
    values = repeats.groupby(keys)
    statistics = values.agg(["mean", "min", "max", "median", "skew"])
    statistics["std"] = values.std(ddof=0)
    statistics["kurtosis"] = values.kurt() if hasattr(values, "kurt") else values.apply(pd.Series.kurt)
    parts.append(statistics.add_prefix(label))
    if label == "all":
        shares = [(repeats == 0), (repeats == 1), (repeats == 2), (repeats > 2)]
        for number, flag in enumerate(shares):
            parts.append(flag.groupby([*keys, "flow_id"]).mean().groupby(keys).sum().rename(f"share{number}"))
parts.append(packets.groupby(keys).flow_id.nunique().rename("flows"))
windows = pd.concat(parts, axis=1)

carrying = packets[packets.payload_length > 0]
threshold = (~carrying.is_tcp) * UDP_REQUEST_BYTES
request = carrying.is_upstream & (carrying.payload_length > threshold)
before = request.groupby(carrying.flow_id).shift(fill_value=False)
segment = (request & ~before).groupby([carrying.session_id, carrying.flow_id]).cumsum()
down = carrying[~carrying.is_upstream]
segments = down.groupby(["session_id", "flow_id", segment[down.index].rename("segment")]).agg(
    bytes=("payload_length", "sum"), first=("timestamp_us", "min"), last=("timestamp_us", "max"), origin=("origin_us", "first")
)
segments = segments.reset_index().query("segment > 0")
requests = carrying[request & ~before]


def history(events, column, shares):
    series = events[column].groupby(events.session_id)
    so_far = series.expanding()
    return [so_far.mean(), so_far.std(ddof=0), so_far.min(), so_far.max(), *(so_far.quantile(share) for share in shares)]


def in_windows(events, column):
    values = events.groupby(["session_id", "window"])[column]
    return [values.agg(["size", "mean", "min", "max"]), values.std(ddof=0), values.quantile(SHARES)]


requests = requests.sort_values("timestamp_us").assign(window=lambda e: (e.timestamp_us - e.origin_us) // WINDOW_US)
requests["between"] = requests.groupby("session_id").timestamp_us.diff() / 1000
segments = segments.sort_values("last").assign(window=lambda e: (e["last"] - e.origin) // WINDOW_US)
segments["between"] = segments.groupby("session_id")["last"].diff() / 1000
results = [
    *in_windows(requests, "between"),
    *history(requests, "between", SHARES),
    *in_windows(segments, "between"),
    *history(segments, "between", SHARES),
    *history(segments, "bytes", SHARES),
]
last_ten = segments.groupby("session_id").bytes.rolling(10, min_periods=1)
results += [last_ten.mean(), last_ten.std(ddof=0), last_ten.min(), last_ten.max()]
results += [last_ten.quantile(share) for share in SHARES]
print('{"windows":%d,"segments":%d}' % (len(windows.groupby(level=[0, 1]).size()), len(segments)))
