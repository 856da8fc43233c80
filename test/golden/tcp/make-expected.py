"""Writes expected.json: segments, round trips and late packets of TCP flows, from packets read by tshark.

    python3 make-expected.py SHARED_DATA > expected.json

Packets that a capture contains twice are removed first, by editcap. Segments are found by a simple loop with sets of byte
positions; round trips (tcp.analysis.ack_rtt) and late packets (retransmissions and out-of-order data) are Wireshark's own
analysis. Frames count from 1 in the capture with its copies, times are microseconds.
"""
import json
import re
import subprocess
import sys
import tempfile

VIDEO = ["1kxun", "instagram", "netflix", "short_clean_dump", "short_test"]
TCP = [
    "fin_retransmission.pcap",
    "handshake-reorder.pcap",
    "miss_end_data.pcap",
    "missing-syn.pcap",
    "option-sack.pcap",
    "options.pcap",
    "reassembly.pcap",
    "retransmit-timeout.pcapng",
    "rst-inject-rae.pcap",
    "ssh-dups.pcap",
    "tcp-fast-open.pcap",
    "three_http_streams.pcap",
    "timestamp.pcap",
    "tls_multiple_synack_different_seq.pcapng",
    "truncated-header.pcap",
    "unidirectional_tcp_stream_with_missing_packet.pcap",
    "window-scale-range.pcap",
]
FIELDS = (
    "frame.number frame.time_epoch ip.src tcp.srcport ip.dst tcp.dstport ip.len ip.hdr_len tcp.hdr_len tcp.seq_raw tcp.flags "
    "tcp.analysis.retransmission tcp.analysis.out_of_order tcp.analysis.ack_rtt tcp.analysis.acks_frame"
).split()
SYN, RST, ACK = 0x2, 0x4, 0x10
PAUSE_US, CONTROL_BYTES, BREAK_US = 5_000_000, 150, 60_000_000
COPY_SECONDS = "0.01"
# Frames that editcap skips, but that are no copies in the program: it cannot know yet.
NOT_COPIES = {
    # The client numbers no IP packet, and this is its first one that comes again: it may be a retransmission.
    "ssh-dups.pcap": {5},
    # Keep-alives, the second packets of their directions: a host that gives every packet the same number may have sent
    # them again.
    "1kxun.pcap": {618, 638},
}


def split_copies(path):
    """(frames, copies): all others, and those that editcap skips since one shortly before has the same bytes."""
    arguments = ["editcap", "-V", "-w", COPY_SECONDS, path, "/dev/null"]
    said = subprocess.run(arguments, capture_output=True, text=True, check=True).stderr
    no_copies = NOT_COPIES.get(path.rsplit("/", 1)[1], set())
    frames, copies = [], []
    for word, number in re.findall(r"^(Packet|Skipped): (\d+),", said, re.MULTILINE):
        is_copy = word == "Skipped" and int(number) not in no_copies
        (copies if is_copy else frames).append(int(number))
    return frames, copies


def packets_of(path):
    """(packets, copies): TCP packets of the capture without its copies, and the frames that are copies on TCP and UDP."""
    frames, copies = split_copies(path)
    if not copies:
        return read_packets(path), []
    arguments = ["tshark", "-r", path, "-n", "-Y", "(tcp || udp) && !icmp", "-T", "fields", "-e", "frame.number"]
    carried = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.split()
    with tempfile.NamedTemporaryFile(suffix=".pcapng") as once:
        subprocess.run(["editcap", path, once.name, *map(str, copies)], check=True)
        packets = read_packets(once.name)
    for packet in packets:
        packet["frame"] = frames[packet["frame"] - 1]
        if packet["acks"]:
            packet["acks"] = frames[int(packet["acks"]) - 1]
    return packets, [frame for frame in copies if str(frame) in carried]


def read_packets(path):
    result = []
    arguments = ["tshark", "-r", path, "-n", "-Y", "tcp && !icmp && ip", "-T", "fields", "-E", "occurrence=f", "-E", "separator=,"]
    for field in FIELDS:
        arguments += ["-e", field]
    for line in subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.splitlines():
        cells = dict(zip(FIELDS, line.split(",")))
        if cells["tcp.hdr_len"] == "":
            continue
        seconds, fraction = cells["frame.time_epoch"].split(".")
        result.append(
            {
                "frame": int(cells["frame.number"]),
                "us": int(seconds) * 1_000_000 + int(fraction[:6]),
                "source": (cells["ip.src"], int(cells["tcp.srcport"])),
                "target": (cells["ip.dst"], int(cells["tcp.dstport"])),
                "payload": int(cells["ip.len"]) - int(cells["ip.hdr_len"]) - int(cells["tcp.hdr_len"]),
                "seq": int(cells["tcp.seq_raw"]),
                "flags": int(cells["tcp.flags"], 16),
                "is_late": cells["tcp.analysis.retransmission"] != "" or cells["tcp.analysis.out_of_order"] != "",
                "rtt": cells["tcp.analysis.ack_rtt"],
                "acks": cells["tcp.analysis.acks_frame"],
            }
        )
    return result


def client_of(packets):
    """The sender of the first packet if that is a SYN, its receiver if it is a SYN-ACK, else the end with the
    higher port.
    """
    first = packets[0]
    if first["flags"] & SYN:
        return first["target"] if first["flags"] & ACK else first["source"]
    return max(first["source"], first["target"], key=lambda end: end[1])


def cut(packets, client):
    """[request_us, request_bytes, first_us, last_us, bytes, repeated bytes] of each segment of a flow. After 5 s, packets
    of up to 150 bytes are no part of an answer; after a minute, the rest is a segment of its own."""
    segments, running = [], None
    seen = {True: set(), False: set()}
    for packet in packets:
        if packet["payload"] <= 0 or packet["flags"] & RST:
            continue
        up = packet["source"] == client
        first = packet["seq"] + (1 if packet["flags"] & SYN else 0)
        positions = {position % 2**32 for position in range(first, first + packet["payload"])}
        fresh = len(positions - seen[up])
        seen[up] |= positions
        if up:
            if fresh == 0:
                continue
            if running is None or running[4] > 0:
                running = [0, 0, None, None, 0, 0]
                segments.append(running)
            running[0] = packet["us"]
            running[1] += fresh
        elif running is not None:
            if fresh > 0:
                pause = abs(packet["us"] - (running[0] if running[3] is None else running[3]))
                if pause > PAUSE_US and running[4] > 0 and packet["payload"] <= CONTROL_BYTES:
                    continue
                if pause > BREAK_US:
                    if running[4] > 0:
                        running = [0, running[1], None, None, 0, 0]
                        segments.append(running)
                    running[0] = packet["us"]
                running[2] = packet["us"] if running[2] is None else running[2]
                running[3] = packet["us"]
            running[4] += fresh
            running[5] += packet["payload"] - fresh
    return segments


def expected(path):
    flows = {}
    packets, copies = packets_of(path)
    by_frame = {packet["frame"]: packet for packet in packets}
    for packet in packets:
        flows.setdefault(tuple(sorted([packet["source"], packet["target"]])), []).append(packet)
    segments, trips, late = {}, {}, []
    for ends, members in flows.items():
        client = client_of(members)
        server = ends[0] if ends[1] == client else ends[1]
        cut_segments = cut(members, client)
        if cut_segments:
            segments[f"{client[0]} {client[1]} {server[0]} {server[1]}"] = cut_segments
        for packet in members:
            if packet["is_late"] and packet["payload"] > 0:
                late.append(packet["frame"])
            if packet["rtt"] and packet["source"] == server:
                acked = by_frame[int(packet["acks"])]
                end = acked["seq"] + acked["payload"]
                sent = [m for m in members if m["frame"] < packet["frame"] and m["source"] == client and m["payload"] > 0]
                # Wireshark also has samples of retransmitted packets.
                if acked["payload"] > 0 and sum(m["seq"] + m["payload"] == end for m in sent) == 1:
                    trips[packet["frame"]] = round(float(packet["rtt"]) * 1e6)
    return {"segments": segments, "roundTrips": trips, "late": sorted(late), "copies": copies}


shared = sys.argv[1]
paths = [f"pcaps/tcp/{name}" for name in TCP] + [f"pcaps/video/{name}.pcap" for name in VIDEO]
json.dump({path: expected(f"{shared}/{path}") for path in paths}, sys.stdout, separators=(",", ":"))
