"""Writes expected.json next to this file: the server names that tshark reads in the shared captures.

Run with: python3 make-expected.py [FOLDER]; FOLDER contains the captures, default ../shared/data/pcaps next to the
repository. Run with TShark 4.0.17. Per file, for each TCP or UDP stream: the first frame with a name, that name, and
the protocol it was read from; frames count from 1.
"""

import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parents[3] / "shared/data/pcaps")
FIELDS = {
    "frame": "frame.number",
    "tcp": "tcp.stream",
    "udp": "udp.stream",
    "tls": "tls.handshake.extensions_server_name",
    "gquic": "gquic.tag.sni",
    "quic": "quic.version",
}
FILTER = "tls.handshake.extensions_server_name || gquic.tag.sni"


def names(capture):
    command = ["tshark", "-r", str(capture), "-Y", FILTER, "-T", "fields", "-E", "occurrence=f"]
    for field in FIELDS.values():
        command += ["-e", field]
    lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    found, streams = [], set()
    for line in lines:
        row = dict(zip(FIELDS, line.split("\t")))
        # Inside a tunnel over UDP, the first stream is the tunnel's.
        stream = ("tcp", row["tcp"]) if row["tcp"] else ("udp", row["udp"])
        if stream in streams:
            continue
        streams.add(stream)
        if row["gquic"]:
            found.append({"frame": int(row["frame"]), "protocol": "gquic", "name": row["gquic"].lower()})
        else:
            protocol = "quic" if row["quic"] else "tls"
            found.append({"frame": int(row["frame"]), "protocol": protocol, "name": row["tls"].lower()})
    return found


expected = {}
for capture in sorted(FOLDER.glob("*/*")):
    found = names(capture)
    if found:
        expected[str(capture.relative_to(FOLDER))] = found
(HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
print(len(expected), "files,", sum(map(len, expected.values())), "names")
