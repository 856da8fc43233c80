"""Writes two files next to this one. flows.pcap: a small capture with all cases of netml's flow rules, with fixed seed
and times. still.pcap: half of the flows have no duration.

Run with scapy (netml 0.7.1 installs 2.5): python make-capture.py. Addresses are from the ranges for documentation.
Packets longer than 96 bytes are cut, and the times of one flow go back and forth. The cases are: flows cut by silences
and by timeouts, flows without duration, IPv6, single packets, VLAN, ICMP, a flow with many sampling intervals.
"""

import pathlib
import random

from scapy.all import ICMP, IP, TCP, UDP, Dot1Q, Ether, IPv6, PcapWriter, Raw

HERE = pathlib.Path(__file__).resolve().parent
START = 1_600_000_000_000_000
SNAP_LENGTH = 96
random.seed(7)
packets = []  # (microseconds since START, order of writing, packet)


def add(at_us, layers, size=0):
    # Every packet of a host has another identification, so that equal packets are no copies of one.
    if IP in layers:
        layers[IP].id = 1000 + len(packets)
    # Bytes, so that scapy computes checksums and lengths once, here.
    packets.append((at_us, bytes(Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / layers / Raw(b"x" * size))))


def udp(host, port=443):
    return IP(src=f"192.0.2.{host}", dst="198.51.100.1") / UDP(sport=40000 + host, dport=port)


def tcp(host, back=False):
    ends = (f"192.0.2.{host}", "198.51.100.2", 50000 + host, 443)
    source, target, sport, dport = (ends[1], ends[0], ends[3], ends[2]) if back else ends
    return IP(src=source, dst=target) / TCP(sport=sport, dport=dport, flags="PA", seq=1, ack=1)


# Short conversations of up to three seconds, both directions.
for host in range(1, 15):
    at = random.randrange(5_000_000)
    for _ in range(random.randrange(3, 9)):
        add(at, tcp(host), random.randrange(300))
        add(at + random.randrange(50_000), tcp(host, back=True), random.randrange(1400))
        at += random.randrange(400_000)

# Bursts with silences of 1 to 40 s between them: cut, the last part dropped; two of them also by the timeout.
for host, silences in ((21, [12, 30, 5]), (22, [40, 9, 7, 22]), (23, [15, 650, 8]), (24, [601, 20])):
    at = 1_000_000 + host
    for silence in [*silences, 0]:
        for _ in range(random.randrange(2, 6)):
            add(at, udp(host), random.randrange(200))
            at += random.randrange(900_000)
        at += silence * 1_000_000

# A packet directly after a cut, and one an interval later: measured from the interval's start, not from the packet.
for at in (0, 100_000, 31_000_000, 31_100_000, 38_900_000, 39_000_000, 70_000_000, 70_000_001):
    add(at, udp(25), 10)

# Times that go back, equal times, a single packet, a packet that is neither TCP nor UDP, a VLAN tag.
for at in (500_000, 200_000, 200_000, 900_000, 100_000):
    packets.append((-1, None))
    add(at, udp(31), at // 10_000)
for _ in range(4):
    add(777_777, udp(32), 20)
for _ in range(3):
    add(888_888, udp(33), 30)
add(900_001, udp(34), 5)
for at in (10, 20, 30):
    add(at, IP(src="192.0.2.35", dst="198.51.100.1") / ICMP())
    add(at + 5, Dot1Q(vlan=7) / udp(36), 40)

# IPv6: netml puts all of it into one flow.
for index in range(6):
    at = 300_000 * index
    add(at, IPv6(src="2001:db8::1", dst="2001:db8::2") / TCP(sport=50000, dport=443, flags="A", ack=1), 10 * index)
    add(at + 7, IPv6(src="2001:db8::2", dst="2001:db8::1") / TCP(sport=443, dport=50000, flags="A", ack=1), 99)
    add(at + 9, IPv6(src="2001:db8::3", dst="2001:db8::2") / UDP(sport=50003, dport=443), 50)

# Many sampling intervals: regular packets, and the longest silence that is not cut.
for index in range(60):
    add(20_000 * index + random.randrange(9_000), udp(41), index)

# Ordered by time, except the flow whose times go back, which is written unchanged.
jumbled = [packet for before, packet in zip(packets, packets[1:]) if before[0] == -1]
ordered = sorted((p for p in packets if p[0] >= 0 and p not in jumbled), key=lambda p: p[0])


def write(name, written):
    with PcapWriter(str(HERE / name), linktype=1, snaplen=SNAP_LENGTH) as writer:
        writer.write_header(None)
        for at, data in written:
            seconds, microseconds = divmod(START + at, 1_000_000)
            writer.write_packet(data[:SNAP_LENGTH], sec=seconds, usec=microseconds, wirelen=len(data))


write("flows.pcap", ordered[:40] + jumbled + ordered[40:])

packets.clear()
for host in range(51, 57):
    for index in range(3):
        add(index * 1000 * (host % 2), udp(host), host)
write("still.pcap", packets)
