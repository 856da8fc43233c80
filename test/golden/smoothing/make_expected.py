"""Writes smoothing.json beside this file: probabilities of a hidden Markov chain, added up over every path it can take.

Run with: python3 -m venv v && v/bin/pip install scipy==1.17.1 && v/bin/python make_expected.py
"""

import itertools
import json
import pathlib

import numpy as np
from scipy.linalg import expm

rng = np.random.default_rng(11)
FLOOR = 1e-3


def case(sessions, classes, present, dwell, power):
    """Sessions of windows, some missing, some with nothing to see, in any order."""
    rows, expected, in_sight = [], [], []
    states = len(present)
    rates = np.full((states, states), 1 / (dwell * max(1, states - 1)))
    np.fill_diagonal(rates, -1 / dwell if states > 1 else 0)
    for session, length in enumerate(sessions):
        starts = np.sort(rng.choice(np.arange(length + 3), length, replace=False)) * 10
        answers = np.zeros((length, classes))
        answers[:, present] = rng.dirichlet(np.full(states, 0.4), length)
        seen = rng.random(length) > 0.25
        steps = [expm(rates * t) for t in np.diff(starts)]
        sums = np.zeros((length, classes))
        for path in itertools.product(range(states), repeat=length):
            weight = 1 / states
            for at, state in enumerate(path):
                weight *= steps[at - 1][path[at - 1], state] if at else 1
                weight *= (answers[at, present[state]] + FLOOR) ** power if seen[at] else 1
            for at, state in enumerate(path):
                sums[at, present[state]] += weight
        sums /= sums.sum(axis=1, keepdims=True)
        # Share of the chain that has not left its class: what is above the even shares of all classes.
        kept = lambda t: (states * expm(rates * t)[0, 0] - 1) / (states - 1) if states > 1 else 1
        for at in range(length):
            others = sum(seen[to] * kept(abs(starts[to] - starts[at])) for to in range(length) if to != at)
            in_sight.append(max(1, float(seen[at] + others)))
            rows.append([session, int(starts[at]), int(seen[at]), answers[at].tolist()])
            expected.append(sums[at].tolist())
    order = rng.permutation(len(rows)).tolist()
    return {
        "classes": classes,
        "present": present,
        "dwellSeconds": dwell,
        "power": power,
        "rows": [rows[at] for at in order],
        "expected": [expected[at] for at in order],
        "inSight": [in_sight[at] for at in order],
    }


cases = [
    case([6, 1, 5], 4, [0, 1, 2, 3], 100, 0.5),
    case([7], 5, [0, 2, 3], 25, 1),
    case([5, 2], 2, [0, 1], 600, 0.3),
    case([3], 3, [1], 100, 0.5),
]
path = pathlib.Path(__file__).parent / "smoothing.json"
path.write_text(json.dumps(cases) + "\n")
