"""A dpkt loop into a data frame: Ethernet, IPv4 and IPv6, TCP and UDP; no flows, no segments, no DNS, no hash."""

import sys

import dpkt
import pandas

NAMES = (
    "time wire captured source destination protocol source_port destination_port payload flags seq ack window"
).split()
rows = []
with open(sys.argv[1], "rb") as file:
    # The iterator drops the record header, which has the wire length: use the length of the IP layer.
    for time, data in dpkt.pcap.Reader(file):
        try:
            ip = dpkt.ethernet.Ethernet(data).data
        except dpkt.UnpackError:
            ip = None
        if isinstance(ip, dpkt.ip.IP):
            wire, protocol = ip.len, ip.p
        elif isinstance(ip, dpkt.ip6.IP6):
            wire, protocol = ip.plen + 40, ip.nxt
        else:
            rows.append((time, len(data), len(data), None, None, 0, 0, 0, 0, 0, 0, 0, 0))
            continue
        transport = ip.data
        if isinstance(transport, dpkt.tcp.TCP):
            rows.append(
                (time, wire, len(data), ip.src, ip.dst, protocol, transport.sport, transport.dport,
                 len(transport.data), transport.flags, transport.seq, transport.ack, transport.win)
            )
        elif isinstance(transport, dpkt.udp.UDP):
            rows.append(
                (time, wire, len(data), ip.src, ip.dst, protocol, transport.sport, transport.dport,
                 transport.ulen - 8, 0, 0, 0, 0)
            )
        else:
            rows.append((time, wire, len(data), ip.src, ip.dst, protocol, 0, 0, 0, 0, 0, 0, 0))
frame = pandas.DataFrame(rows, columns=NAMES)
print('{"packets":%d}' % len(frame))
