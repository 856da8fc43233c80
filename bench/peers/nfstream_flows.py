"""NFStream's flows, one meter, without dissection (names, applications), which would cost more time."""

import sys

from nfstream import NFStreamer

if __name__ == "__main__":
    packets = 0
    for flow in NFStreamer(source=sys.argv[1], n_dissections=0, n_meters=1):
        packets += flow.bidirectional_packets
    print('{"packets":%d}' % packets)
