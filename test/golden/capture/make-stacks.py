#!/usr/bin/env python3
"""Writes stacks.pcap next to this script: header stacks that do not occur in the shared captures, built with scapy.

usage: make-stacks.py     (scapy 2.8)

make-expected.py then reads it with tshark. Addresses are from the ranges for documentation.
"""

import pathlib
import warnings

from scapy.all import (
    GRE, ICMP, IP, LLC, SNAP, TCP, UDP, VXLAN, AH, Dot1AD, Dot1Q, Dot3, Ether, IPv6, IPv6ExtHdrDestOpt,
    IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, PPP, Padding, PPPoE, Raw, raw, wrpcap,
)
from scapy.contrib.erspan import ERSPAN_I, ERSPAN_II, ERSPAN_III, ERSPAN_PlatformSpecific
from scapy.contrib.geneve import GENEVE, GeneveOptions
from scapy.contrib.mpls import MPLS
from scapy.contrib.gtp import GTP_U_Header, GTPPDUSessionContainer

warnings.simplefilter("ignore")

ETHER = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
OUTER4 = IP(src="192.0.2.1", dst="192.0.2.2", id=1)
OUTER6 = IPv6(src="2001:db8:1::1", dst="2001:db8:1::2")
IN4 = IP(src="198.51.100.1", dst="203.0.113.9", id=2)
IN6 = IPv6(src="2001:db8:2::1", dst="2001:db8:2::9")
BODY = Raw(b"0123456789abcdefghijk")
TCP4 = IN4 / TCP(sport=50001, dport=443, seq=1_000_000_007, ack=77, flags="PA", window=502) / BODY
UDP4 = IN4 / UDP(sport=50002, dport=443) / BODY
TCP6 = IN6 / TCP(sport=50003, dport=443, seq=4_294_967_290, ack=78, flags="A", window=503) / BODY
UDP6 = IN6 / UDP(sport=50004, dport=443) / BODY

GTP = UDP(sport=2152, dport=2152)
TEREDO = UDP(sport=50005, dport=3544)
# An authentication indication with 4 bytes of identifier and 2 of value, then an origin indication.
TEREDO_AUTHENTICATION = Raw(bytes.fromhex("0001 04 02 61626364 7879 0011223344556677 00"))
TEREDO_ORIGIN = Raw(bytes.fromhex("0000 3c9a 3fff fdfe"))

STACKS = [
    # Link layers
    Dot3(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / LLC() / SNAP() / UDP4,
    ETHER / Dot1AD(vlan=10) / Dot1Q(vlan=20) / Dot1Q(vlan=30) / TCP4,
    ETHER / MPLS(label=100, s=0) / MPLS(label=200, s=1) / TCP6,
    ETHER / Dot1Q(vlan=7) / PPPoE(sessionid=17) / PPP(proto=0x57) / UDP6,
    # IPv6 extension headers
    ETHER / IN6 / IPv6ExtHdrHopByHop() / IPv6ExtHdrRouting(addresses=["2001:db8::5"]) / IPv6ExtHdrDestOpt() / TCP6[TCP],
    ETHER / IN6 / AH(nh=17, payloadlen=4, icv=b"\x00" * 12, spi=9, seq=1) / UDP6[UDP],
    # IP in IP
    ETHER / OUTER4 / TCP4,
    ETHER / OUTER4 / UDP6,
    ETHER / OUTER6 / UDP4,
    ETHER / OUTER6 / IPv6ExtHdrDestOpt() / TCP6,
    ETHER / OUTER4 / IP(src="192.0.2.3", dst="192.0.2.4") / OUTER6 / TCP4,
    # GRE
    ETHER / OUTER4 / GRE() / UDP4,
    ETHER / OUTER4 / GRE(chksum_present=1, key_present=1, key=5, seqnum_present=1, seqence_number=9) / TCP6,
    ETHER / OUTER6 / GRE(key_present=1, key=6) / TCP4,
    ETHER / OUTER4 / GRE(proto=0x6558, key_present=1, key=0x1234) / ETHER / Dot1Q(vlan=5) / TCP4,
    ETHER / OUTER4 / GRE(proto=0x8847) / MPLS(label=300, s=1) / UDP4,
    ETHER / OUTER4 / GRE(proto=0x88BE) / ERSPAN_I() / ETHER / TCP4,
    ETHER / OUTER4 / GRE(proto=0x88BE, seqnum_present=1, seqence_number=4) / ERSPAN_II(session_id=3) / ETHER / UDP6,
    ETHER / OUTER4 / GRE(proto=0x22EB, seqnum_present=1, seqence_number=4) / ERSPAN_III(session_id=3, o=0) / ETHER / TCP4,
    ETHER / OUTER4 / GRE(proto=0x22EB, seqnum_present=1, seqence_number=5)
    / ERSPAN_III(session_id=3, o=1) / ERSPAN_PlatformSpecific() / ETHER / TCP6,
    # In UDP
    ETHER / OUTER4 / UDP(sport=40001, dport=4789) / VXLAN(vni=42) / ETHER / TCP6,
    ETHER / OUTER6 / UDP(sport=40001, dport=4789) / VXLAN(vni=42) / ETHER / Dot1Q(vlan=9) / UDP4,
    ETHER / OUTER4 / UDP(sport=40002, dport=6081) / GENEVE(vni=43, proto=0x6558) / ETHER / TCP4,
    ETHER / OUTER4 / UDP(sport=40002, dport=6081)
    / GENEVE(vni=43, proto=0x0800, options=[GeneveOptions(classid=0x102, type=1, data=b"\x00" * 8)]) / UDP4,
    ETHER / OUTER4 / GTP / GTP_U_Header(teid=99) / TCP4,
    ETHER / OUTER4 / GTP / GTP_U_Header(teid=99, S=1, seq=5) / UDP6,
    ETHER / OUTER4 / GTP / GTP_U_Header(teid=99, E=1, next_ex=0x85) / GTPPDUSessionContainer(type=1, QFI=5) / TCP6,
    ETHER / OUTER4 / TEREDO / TCP6,
    ETHER / OUTER4 / TEREDO / TEREDO_AUTHENTICATION / TEREDO_ORIGIN / UDP6,
    # A tunnel in a tunnel
    ETHER / OUTER4 / UDP(sport=40001, dport=4789) / VXLAN(vni=42) / ETHER / OUTER6 / GRE() / TCP4,
    # No inner packet: the outer headers are used
    ETHER / OUTER4 / UDP(sport=40001, dport=4789) / BODY,
    ETHER / OUTER4 / UDP(sport=40002, dport=6081) / BODY,
    ETHER / OUTER4 / GTP / GTP_U_Header(teid=0, gtp_type=1, S=1) / Raw(b"\x0e\x00"),
    ETHER / OUTER4 / TEREDO / BODY,
    # The embedded packet is only quoted
    ETHER / OUTER4 / ICMP(type=3, code=3) / UDP4,
    # Padding after the inner packet
    ETHER / OUTER4 / GRE() / IN4 / UDP(sport=50006, dport=443) / Raw(b"x") / Padding(bytes(9)),
]


def main():
    packets = []
    for number, stack in enumerate(STACKS):
        packet = Ether(raw(stack)) if isinstance(stack, Ether) else Dot3(raw(stack))
        packet.time = 1_700_000_000 + number
        packets.append(packet)
    wrpcap(str(pathlib.Path(__file__).parent / "stacks.pcap"), packets, linktype=1)


main()
