"""Writes smoothing.json next to this file: predictions smoothed over the windows of a session, with full matrices.

Run with: python3 -m venv v && v/bin/pip install scipy==1.17.1 && v/bin/python make_expected.py
"""

import json
import pathlib

import numpy as np
from scipy.special import softmax

rng = np.random.default_rng(11)
FLOOR = 1e-2
REACH = 8


def case(sessions, classes, present, dwell, likeness):
    """Sessions of windows in any order, some missing, some without evidence."""
    rows, expected = [], []
    for session, length in enumerate(sessions):
        starts = np.sort(rng.choice(np.arange(length + 3), length, replace=False)) * 10
        answers = np.zeros((length, classes))
        answers[:, present] = rng.dirichlet(np.full(len(present), 0.4), length)
        seen = rng.random(length) > 0.25
        apart = np.abs(np.subtract.outer(starts, starts)) / dwell
        near = np.where(apart <= REACH, np.exp(-apart), 0)
        alike = np.where(seen[:, None], (np.sqrt(answers) @ np.sqrt(answers).T) ** likeness, 1)
        weights = near * alike * seen[None, :]
        pooled = np.zeros_like(answers)
        for at, weight in enumerate(weights):
            if weight.sum() == 0:
                pooled[at] = answers[at]
            else:
                means = np.average(np.log(answers[:, present] + FLOOR), axis=0, weights=weight)
                pooled[at, present] = softmax(means)
        rows += [[session, int(s), int(e), a.tolist()] for s, e, a in zip(starts, seen, answers)]
        expected += pooled.tolist()
    order = rng.permutation(len(rows)).tolist()
    return {
        "classes": classes,
        "present": present,
        "dwellSeconds": dwell,
        "likeness": likeness,
        "rows": [rows[at] for at in order],
        "expected": [expected[at] for at in order],
    }


cases = [
    case([6, 1, 5], 4, [0, 1, 2, 3], 100, 2),
    case([7], 5, [0, 2, 3], 25, 1),
    case([5, 2], 2, [0, 1], 600, 0),
    case([3], 3, [1], 100, 2),
    case([12, 9], 3, [0, 1, 2], 5, 0.5),
]
path = pathlib.Path(__file__).parent / "smoothing.json"
path.write_text(json.dumps(cases) + "\n")
