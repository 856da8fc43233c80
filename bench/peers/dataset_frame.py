"""Writes the frame of `npm run bench:dataset`, or reads it as pandas does.

    dataset_frame.py write PATH     52,279 x 251: 166 float64, 72 int64, 6 bool, 7 object columns, as the published
                                    dataset has them; one of the objects is arrays of (k, 1), one has 52,279 texts
    dataset_frame.py read PATH      pandas.read_pickle, and the sum of every numeric column
"""
import json
import sys

import numpy as np
import pandas as pd

ROWS = 52_279


def write(path):
    random = np.random.default_rng(1)
    columns = {}
    for at in range(166):
        columns["float%d" % at] = random.normal(size=ROWS)
    for at in range(72):
        columns["int%d" % at] = random.integers(0, 2**31, size=ROWS)
    for at in range(6):
        columns["bool%d" % at] = random.random(ROWS) < 0.5
    session = np.arange(ROWS) // 54
    columns["session_id"] = pd.Series(["session-%05d" % number for number in session], dtype=object)
    columns["deployment_session_id"] = pd.Series(["%08x-%d" % (number * 2654435761 % 2**32, number) for number in range(ROWS)], dtype=object)
    for name, values in (("home_id", "home"), ("video_id", "video"), ("service", "netflix"), ("site", "site")):
        columns[name] = pd.Series(["%s%d" % (values, number % 50) for number in session], dtype=object)
    nested = np.empty(ROWS, dtype=object)
    for row in range(ROWS):
        nested[row] = np.full((1 + row % 10, 1), float(row))
    columns["10_EWMA_chunksizes"] = nested
    frame = pd.DataFrame(columns)
    frame = frame[sorted(frame.columns)]
    frame.to_pickle(path)
    size = sum(block.nbytes for _, block in frame.select_dtypes("number").items())
    print(json.dumps({"rows": len(frame), "columns": len(frame.columns), "numericBytes": int(size), "pandas": pd.__version__}))


def read(path):
    frame = pd.read_pickle(path)
    total = float(frame.select_dtypes("number").sum().sum())
    print(json.dumps({"rows": len(frame), "columns": len(frame.columns), "total": total, "dataBytes": int(frame.memory_usage(deep=True).sum())}))


{"write": write, "read": read}[sys.argv[1]](sys.argv[2])
