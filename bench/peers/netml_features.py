"""netml's flows of a capture and all its representations of them: netml_features.py CAPTURE."""

import sys
import warnings

warnings.simplefilter("ignore")

from netml.pparser.parser import PCAP

capture = PCAP(sys.argv[1])
capture.pcap2flows()
for kind in ("IAT", "SIZE", "IAT_SIZE", "STATS", "SAMP_NUM", "SAMP_SIZE"):
    capture.flow2features(kind)
print('{"flows":%d}' % len(capture.flows))
