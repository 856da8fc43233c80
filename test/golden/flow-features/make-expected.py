"""Writes expected.json next to this file: netml 0.7.1's results for flows.pcap, still.pcap and the shared captures.

Run with: python3.10 -m venv v && v/bin/pip install netml==0.7.1 && v/bin/python make-expected.py [FOLDER]
FOLDER is the shared data, default ../shared/data next to the repository. Run with scapy 2.5.0 and NumPy 2.0.2.

Per capture: its flows (five-tuple), and per kind the rows without their trailing zeros, and their width. For larger
captures, each row is replaced by two sums: of its values, and of its values times their place (from 1). For the largest
capture there is a third sum, times the row (from 1), and all three are summed over the rows. `fails` is the error that
netml raised. Of WITH_COPIES, netml gets the packets without those that the capture contains twice (editcap on the PATH).
"""

import gzip
import json
import logging
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import warnings

logging.getLogger("scapy").setLevel(logging.CRITICAL)
warnings.simplefilter("ignore")

from netml.pparser.parser import PCAP

HERE = pathlib.Path(__file__).resolve().parent
SHARED = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parents[3] / "shared/data")
KINDS = ["IAT", "SIZE", "IAT_SIZE", "STATS", "SAMP_NUM", "SAMP_SIZE"]
WITH_COPIES = """
pcaps/format/pptp.pcap pcaps/format/viber.pcap pcaps/link/capwap.pcap pcaps/tcp/ssh-dups.pcap pcaps/video/1kxun.pcap
pcaps/vlan/vlan-pcp-dei.pcapng
""".split()
MAX_VALUES = 400
MAX_ROWS_OF_SUMS = 40


def number(value):
    short = float(f"{value:.13g}")
    return int(short) if short == int(short) else short


def trimmed(row):
    last = max((place for place, value in enumerate(row) if value != 0), default=-1)
    return [number(value) for value in row[: last + 1]]


def failure(error):
    return f"{type(error).__name__}: {error}"


def expected(path, always_rows=False, thres=2, quantile=0.9, timeout=600):
    capture = PCAP(str(path), flow_ptks_thres=thres)
    try:
        capture.pcap2flows(q_interval=quantile, tcp_timeout=timeout, udp_timeout=timeout)
        result = {"flows": [list(fid) for fid, _ in capture.flows]}
        for kind in KINDS:
            try:
                capture.flow2features(kind)
            except (OverflowError, ValueError) as error:
                result[kind] = {"fails": failure(error)}
                continue
            rows = capture.features
            entry = {"width": rows.shape[1]}
            if always_rows or sum(len(trimmed(row)) for row in rows) <= MAX_VALUES:
                entry["rows"] = [trimmed(row) for row in rows]
            else:
                sums = [(sum(row), sum(v * (place + 1) for place, v in enumerate(row))) for row in rows]
                if len(rows) <= MAX_ROWS_OF_SUMS:
                    entry["sums"] = [[number(value) for value in row] for row in sums]
                else:
                    by_row = sum(plain * (index + 1) for index, (plain, _) in enumerate(sums))
                    entry["total"] = [number(value) for value in (*map(sum, zip(*sums)), by_row)]
            result[kind] = entry
    except Exception as error:  # netml raises errors of any type
        return {"fails": failure(error)}
    return result


def copies_of(name):
    """The frames that ../tcp/make-expected.py found to be copies; for other captures, those with the same bytes as a frame
    at most 10 ms before, and those that ../capture/make-expected.py found: they differ below the IP header.
    """
    known = json.loads((HERE.parent / "tcp/expected.json").read_text()).get(name)
    if known is not None:
        return known["copies"]
    said = subprocess.run(["editcap", "-V", "-w", "0.01", SHARED / name, "/dev/null"], capture_output=True, text=True, check=True).stderr
    by_headers = HERE.parent / "capture" / (name.removeprefix("pcaps/").replace("/", "-") + ".json")
    more = json.loads(by_headers.read_text()).get("copies", []) if by_headers.exists() else []
    return sorted({*map(int, re.findall(r"^Skipped: (\d+),", said, re.MULTILINE)), *more})


def expected_of_shared(name):
    path = SHARED / name
    if name not in WITH_COPIES:
        return expected(path)
    with tempfile.TemporaryDirectory() as folder:
        once = pathlib.Path(folder) / path.name
        subprocess.run(["editcap", path, once, *map(str, copies_of(name))], check=True)
        return expected(once)


cases = []
own = HERE / "flows.pcap"
cases.append({"capture": "still.pcap", "split": {}, **expected(HERE / "still.pcap", True)})
cases.append({"capture": "flows.pcap", "split": {}, **expected(own, True)})
for split in (
    {"minPackets": 5},
    {"quantile": 0.5},
    {"quantile": 1},
    {"quantile": 0.02},
    {"timeoutSeconds": 3},
    {"minPackets": 3, "quantile": 0.75, "timeoutSeconds": 10},
):
    settings = {
        "thres": split.get("minPackets", 2),
        "quantile": split.get("quantile", 0.9),
        "timeout": split.get("timeoutSeconds", 600),
    }
    cases.append({"capture": "flows.pcap", "split": split, **expected(own, **settings)})
for path in sorted((SHARED / "pcaps").glob("*/*")):
    name = str(path.relative_to(SHARED))
    cases.append({"capture": name, "split": {}, **expected_of_shared(name)})
with tempfile.TemporaryDirectory() as folder:
    # netml's reader gets the decompressed file; the course capture is the largest.
    plain = pathlib.Path(folder) / "course.pcap"
    with gzip.open(SHARED / "netflix_rebuilt.pcap.gz") as packed, plain.open("wb") as target:
        shutil.copyfileobj(packed, target)
    cases.append({"capture": "netflix_rebuilt.pcap.gz", "split": {}, **expected(plain)})

lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
(HERE / "expected.json").write_text(f"[\n{lines}\n]\n")
print(len(cases), "cases")
