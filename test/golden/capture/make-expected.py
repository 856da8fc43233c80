#!/usr/bin/env python3
"""Writes what tshark reads in the fixtures, as JSON beside this script: one line of text per packet.

usage: make-expected.py <folder of the shared pcaps>     (tshark 4 on the PATH)

Name, place and number of packets (the first 120) come from FIXTURES; a new case is a new line there.
Lengths come from the IP header, and IP fragments are not put together, as in the decoder.
"""

import json
import pathlib
import subprocess
import sys

FIXTURES = """
video/short_test.pcap video/handshake.pcap video/quic_kyber.pcapng video/hls.pcapng
format/nfsv2.pcap format/tcp-handshake-nano.pcap format/nano.pcapng format/vntag.pcap format/sctp.cap
pcapng-suite/le_test008.pcapng pcapng-suite/le_test009.pcapng
link/bjnp.pcap link/dns2tcp_tunnel.pcap link/four_ipv6_http_streams.pcap link/linux_dlt_sll2.pcap link/nats.pcap
link/linktype_ipv6.pcap link/pppoes.pcap
vlan/http-qinq-0.pcap vlan/mpls-in-vlan.pcap vlan/pppoe-over-qinq.pcap vlan/vlan-pcp-dei.pcapng
ip/fragmented-3.pcap ip/frag_with_padding.pcap ip/ipv6-http-atomic-frag.pcap
tcp/options.pcap tcp/option-sack.pcap tcp/tcp-fast-open.pcap tcp/truncated-header.pcap tcp/reassembly.pcap
""".split()
PACKETS = 120
FIELDS = (
    "frame.time_epoch frame.len frame.cap_len ip.src ip.dst ipv6.src ipv6.dst ip.proto ipv6.nxt ip.len ip.hdr_len "
    "ip.frag_offset tcp.srcport tcp.dstport tcp.seq_raw tcp.ack_raw tcp.flags tcp.window_size_value tcp.len "
    "tcp.hdr_len udp.srcport udp.dstport udp.length icmpv6.type"
).split()
COLUMNS = (
    "timestamp_us wire_length captured_length source destination protocol source_port destination_port "
    "tcp_seq tcp_ack tcp_flags tcp_window payload_length"
)
FLAGS_MASK = 0x1FF
UDP_HEADER_BYTES = 8
TCP, UDP = 6, 17


def number(text, base=10):
    return int(text, base) if text else 0


def microseconds(epoch):
    seconds, _, fraction = epoch.partition(".")
    return int(seconds) * 1_000_000 + int((fraction + "000000")[:6])


def line(row):
    head = [microseconds(row["frame.time_epoch"]), row["frame.len"], row["frame.cap_len"]]
    if not row["ip.src"] and not row["ipv6.src"]:
        return head + ["-", "-"] + [0] * 8
    is_ipv4 = bool(row["ip.src"])
    source, destination = (row["ip.src"], row["ip.dst"]) if is_ipv4 else (row["ipv6.src"], row["ipv6.dst"])
    protocol = number(row["ip.proto" if is_ipv4 else "ipv6.nxt"])
    if not is_ipv4 and not row["icmpv6.type"]:
        protocol = TCP if row["tcp.srcport"] else UDP if row["udp.srcport"] else protocol
    carried = number(row["ip.len"]) - number(row["ip.hdr_len"])
    head += [source, destination, protocol]
    if is_ipv4 and number(row["ip.frag_offset"]) > 0:
        return head + [0, 0, 0, 0, 0, 0, carried]
    if protocol == TCP:
        flags = number(row["tcp.flags"], 16) & FLAGS_MASK
        tail = [row[f"tcp.{name}"] or 0 for name in ("srcport", "dstport", "seq_raw", "ack_raw")]
        # tcp.len is clipped to the frame, and missing in fragments: IPv4 lengths are taken from the IP header.
        payload = carried - number(row["tcp.hdr_len"]) if is_ipv4 else number(row["tcp.len"])
        return head + tail + [flags, row["tcp.window_size_value"] or 0, payload]
    if protocol == UDP:
        payload = (carried if is_ipv4 else number(row["udp.length"])) - UDP_HEADER_BYTES
        return head + [row["udp.srcport"], row["udp.dstport"], 0, 0, 0, 0, payload]
    return head + [0] * 7


def read(path):
    command = ["tshark", "-r", str(path), "-c", str(PACKETS), "-T", "fields", "-E", "occurrence=f"]
    for option in ("ip.defragment:FALSE", "ipv6.defragment:FALSE", "tcp.desegment_tcp_streams:FALSE"):
        command += ["-o", option]
    for field in FIELDS:
        command += ["-e", field]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [dict(zip(FIELDS, text.split("\t"))) for text in output.splitlines()]


def main(pcaps):
    here = pathlib.Path(__file__).parent
    for fixture in FIXTURES:
        packets = [" ".join(map(str, line(row))) for row in read(pathlib.Path(pcaps) / fixture)]
        expected = {"fixture": fixture, "columns": COLUMNS, "packets": packets}
        target = here / (fixture.replace("/", "-") + ".json")
        target.write_text(json.dumps(expected, indent=2) + "\n")


main(sys.argv[1])
