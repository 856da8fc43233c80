#!/usr/bin/env python3
"""Writes tshark's result for the fixtures, as JSON next to this script: one line of text per packet.

usage: make-expected.py <folder of the shared pcaps> [fixture ...]     (tshark 4.0 on the PATH)

FIXTURES lists the names and folders of the fixtures; the first 120 packets of each are used. To add a case, add a
line there; a name without a folder is a file next to this script.

A line describes the innermost IP header that is not quoted by an ICMP message. Lengths come from that header, and IP
fragments are not reassembled, as in the decoder; a later fragment has the ports of the first one if that came before.
If tshark can reassemble the datagram, its own list of fragments is compared with that.

"copies" are the frames, counted from 1, of packets that a capture contains twice: their IP and transport headers are those
of a packet at most 10 ms before, with the same IPv4 identification. Without one, the packet may be sent again.
"""

import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

FIXTURES = """
stacks.pcap
video/short_test.pcap video/handshake.pcap video/quic_kyber.pcapng video/hls.pcapng
format/nfsv2.pcap format/tcp-handshake-nano.pcap format/nano.pcapng format/vntag.pcap format/sctp.cap
format/pptp.pcap format/pcapng-example.pcapng format/anydesk.pcapng format/microsecs_big_endian.pcap
pcapng-suite/le_test008.pcapng pcapng-suite/le_test009.pcapng
link/bjnp.pcap link/dns2tcp_tunnel.pcap link/four_ipv6_http_streams.pcap link/linux_dlt_sll2.pcap link/nats.pcap
link/linktype_ipv6.pcap link/pppoes.pcap link/null_loopback.pcap link/sll2.pcap link/KakaoTalk_chat.pcap
link/linktype_ipv4.pcap link/LINKTYPE_IPV4_invalid.pcap link/capwap.pcap
vlan/http-qinq-0.pcap vlan/mpls-in-vlan.pcap vlan/pppoe-over-qinq.pcap vlan/vlan-pcp-dei.pcapng
vlan/QinQ_802.1_AD.pcapng vlan/VlanPackets.pcap
vlan/6in4tunnel.pcap vlan/vxlan.pcap vlan/gre.pcapng vlan/ipv6_in_gtp.pcap
ip/fragmented-1.pcap ip/fragmented-2.pcap ip/fragmented-3.pcap ip/fragmented-syn.pcap ip/frag_with_padding.pcap
ip/frag_http_req.pcap ip/ip4_fragments.pcap ip/ip6_fragments.pcap ip/dns_fragmented.pcap ip/ipv6-fragmented-dns.pcap
ip/ipv6-http-atomic-frag.pcap ip/ipv6_ext_headers.pcap ip/ip4_bad_fragment.pcap
tcp/options.pcap tcp/option-sack.pcap tcp/tcp-fast-open.pcap tcp/truncated-header.pcap tcp/reassembly.pcap
""".split()
PACKETS = 120
COLUMNS = (
    "timestamp_us wire_length captured_length source destination protocol source_port destination_port "
    "tcp_seq tcp_ack tcp_flags tcp_window payload_length"
)
HERE = pathlib.Path(__file__).parent
FLAGS_MASK = 0x1FF
UDP_HEADER_BYTES = 8
IPV6_HEADER_BYTES = 40
FRAGMENT_UNIT_BYTES = 8
TCP, UDP = 6, 17
SYN = 2
COPY_US = 10_000
COMPARED = (
    "ip.src ip.dst ip.id ip.len ip.flags.mf ip.frag_offset tcp.srcport tcp.dstport tcp.seq_raw tcp.ack_raw tcp.flags tcp.checksum "
    "udp.srcport udp.dstport udp.length udp.checksum"
).split()
# No copy in the program: the contents of this fragment are zeros, as in captures from which contents were removed.
NOT_COPIES = {"ip/fragmented-2.pcap": {3}}


def tshark(path, defragment, arguments):
    command = ["tshark", "-r", str(path), "-c", str(PACKETS), "-o", "tcp.desegment_tcp_streams:FALSE"]
    for protocol in ("ip", "ipv6"):
        command += ["-o", f"{protocol}.defragment:{defragment}"]
    return subprocess.run(command + arguments, check=True, capture_output=True, text=True).stdout


def fields(proto):
    """First value of each field, by name, including nested protocols."""
    found = {}
    for field in proto.iter("field"):
        found.setdefault(field.get("name"), field.get("show"))
    return found


def microseconds(epoch):
    seconds, _, fraction = epoch.partition(".")
    return int(seconds) * 1_000_000 + int((fraction + "000000")[:6])


def innermost(packet):
    """The last IP header that is not a quoted one, and the transport header directly after it."""
    stack = []
    for proto in packet.findall("proto"):
        stack.append(proto)
        if proto.get("name") in ("icmp", "icmpv6"):
            break
    # An IP header that tshark reports as malformed has no length.
    lengths = {"ip": "ip.len", "ipv6": "ipv6.plen"}
    places = [i for i, proto in enumerate(stack) if lengths.get(proto.get("name")) in fields(proto)]
    if not places:
        return None, None
    behind = stack[places[-1] + 1 :]
    return stack[places[-1]], behind[0] if behind else None


def describe_ip(proto, wire_length):
    """Addresses, protocol, start of the transport header, end of the packet, and the fragment fields."""
    ip, start = fields(proto), int(proto.get("pos"))
    if proto.get("name") == "ip":
        ip_bytes = int(ip["ip.len"]) or wire_length - start
        header_bytes = int(ip["ip.hdr_len"])
        offset = int(ip["ip.frag_offset"]) * FRAGMENT_UNIT_BYTES
        more = ip["ip.flags.mf"] in ("1", "True")
        protocol = int(ip["ip.proto"])
        key = (ip["ip.src"], ip["ip.dst"], protocol, ip["ip.id"])
    else:
        extensions = [nested for nested in proto.iter("proto") if nested is not proto]
        header_bytes = IPV6_HEADER_BYTES + sum(int(nested.get("size")) for nested in extensions)
        ip_bytes = IPV6_HEADER_BYTES + int(ip["ipv6.plen"])
        offset = int(ip.get("ipv6.fraghdr.offset", 0)) * FRAGMENT_UNIT_BYTES
        more = ip.get("ipv6.fraghdr.more") in ("1", "True")
        protocol = [int(f.get("show")) for f in proto.iter("field") if f.get("name").endswith(".nxt")][-1]
        key = (ip["ipv6.src"], ip["ipv6.dst"], ip.get("ipv6.fraghdr.ident"))
    return {
        "source": key[0],
        "destination": key[1],
        "protocol": protocol,
        "carried": ip_bytes - header_bytes,
        "offset": offset,
        "more": more,
        "key": key,
    }


def line(packet, firsts):
    frame = fields(packet.find("proto[@name='frame']"))
    head = [microseconds(frame["frame.time_epoch"]), frame["frame.len"], frame["frame.cap_len"]]
    proto, behind = innermost(packet)
    if proto is None:
        return head + ["-", "-"] + [0] * 8
    ip = describe_ip(proto, int(frame["frame.len"]))
    if behind is not None and behind.get("name") in ("tcp", "udp"):
        # After an authentication header, whose next-header field has another name than in the other extensions.
        ip["protocol"] = TCP if behind.get("name") == "tcp" else UDP
    head += [ip["source"], ip["destination"]]
    if ip["offset"] > 0:
        first = firsts.get(ip["key"])
        if first is None:
            return head + [ip["protocol"], 0, 0, 0, 0, 0, 0, ip["carried"]]
        seq = 0 if first["start_seq"] is None else (first["start_seq"] + ip["offset"]) % 2**32
        return head + [first["protocol"], *first["ports"], seq, 0, 0, 0, ip["carried"]]
    transport = {} if behind is None else fields(behind)
    ports, start_seq, tail = [0, 0], None, [0, 0, 0, 0, 0]
    if ip["protocol"] == TCP and "tcp.srcport" in transport:
        ports = [transport["tcp.srcport"], transport["tcp.dstport"]]
        if "tcp.hdr_len" in transport:
            flags = int(transport["tcp.flags"], 16) & FLAGS_MASK
            seq, header_bytes = int(transport["tcp.seq_raw"]), int(transport["tcp.hdr_len"])
            start_seq = seq + (1 if flags & SYN else 0) - header_bytes
            window = transport.get("tcp.window_size_value", 0)
            tail = [seq, transport["tcp.ack_raw"], flags, window, ip["carried"] - header_bytes]
    elif ip["protocol"] == UDP and "udp.srcport" in transport:
        ports = [transport["udp.srcport"], transport["udp.dstport"]]
        tail[-1] = ip["carried"] - UDP_HEADER_BYTES
    if ip["more"] and ports != [0, 0]:
        firsts[ip["key"]] = {"protocol": ip["protocol"], "ports": ports, "start_seq": start_seq}
    return head + [ip["protocol"]] + ports + tail


def copies_of(packets):
    """Frames of packets with the headers of a packet just before."""
    times, copies = {}, []
    for number, packet in enumerate(packets, 1):
        proto, behind = innermost(packet)
        if proto is None or int(fields(proto).get("ip.id", "0"), 16) == 0:
            continue
        headers = fields(proto)
        if behind is not None and behind.get("name") in ("tcp", "udp"):
            headers |= fields(behind)
        headers = tuple(headers.get(name) for name in COMPARED)
        us = microseconds(fields(packet.find("proto[@name='frame']"))["frame.time_epoch"])
        if us - times.get(headers, -COPY_US - 1) <= COPY_US:
            copies.append(number)
        else:
            times[headers] = us
    return copies


def compare_with_reassembly(path, lines):
    """Fails if tshark's reassembly gives a later fragment other ports than its line has."""
    names = "ip.fragment ipv6.fragment tcp.srcport udp.srcport tcp.dstport udp.dstport".split()
    arguments = ["-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,"]
    for name in names:
        arguments += ["-e", name]
    for text in tshark(path, "TRUE", arguments).splitlines():
        row = dict(zip(names, text.split("\t")))
        frames = [int(frame) for frame in (row["ip.fragment"] or row["ipv6.fragment"]).split(",") if frame]
        for frame in frames:
            if frame < frames[0]:
                continue
            expected = [row["tcp.srcport"] or row["udp.srcport"], row["tcp.dstport"] or row["udp.dstport"]]
            assert list(map(str, lines[frame - 1][6:8])) == expected, (path, frame, expected)


def main(pcaps, *chosen):
    for fixture in chosen or FIXTURES:
        path = (pathlib.Path(pcaps) if "/" in fixture else HERE) / fixture
        firsts = {}
        pdml = ElementTree.fromstring(tshark(path, "FALSE", ["-T", "pdml"]))
        lines = [line(packet, firsts) for packet in pdml]
        compare_with_reassembly(path, lines)
        packets = [" ".join(map(str, values)) for values in lines]
        expected = {"fixture": fixture, "columns": COLUMNS, "packets": packets}
        copies = [frame for frame in copies_of(pdml) if frame not in NOT_COPIES.get(fixture, ())]
        if copies:
            expected["copies"] = copies
        target = HERE / (fixture.replace("/", "-") + ".json")
        target.write_text(json.dumps(expected, indent=2) + "\n")


main(*sys.argv[1:])
