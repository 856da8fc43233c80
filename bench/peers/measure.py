"""Runs a command and writes the time and memory that it and its children used: measure.py REPORT COMMAND ARGUMENT…"""

import json
import os
import sys
import time

start = time.monotonic()
process = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(process, 0)
wall = time.monotonic() - start
# Kibibytes on Linux, bytes on macOS; of the largest process if there are several.
unit = 1 if sys.platform == "darwin" else 1024
with open(sys.argv[1], "w") as report:
    json.dump(
        {
            "wallSeconds": wall,
            "cpuSeconds": used.ru_utime + used.ru_stime,
            "peakBytes": used.ru_maxrss * unit,
        },
        report,
    )
sys.exit(os.waitstatus_to_exitcode(status) != 0)
