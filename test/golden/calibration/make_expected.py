"""Writes temperature.json next to this file: the temperatures that scipy finds for held-out predictions.

Run with: python3 -m venv v && v/bin/pip install scipy==1.17.1 && v/bin/python make_expected.py
"""

import json
import pathlib

import numpy as np
from scipy.optimize import minimize_scalar

rng = np.random.default_rng(4)
FLOORS = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2]
ROWS, CLASSES = 240, 4


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def case(sharpness, votes):
    """Predictions with log-odds `sharpness` times the true ones; with `votes`, as shares of that many votes, as in
    a forest.
    """
    groups = np.sort(rng.integers(0, 25, ROWS))
    scores = rng.normal(size=(ROWS, CLASSES)) * 1.5
    truth = softmax(scores)
    labels = np.array([rng.choice(CLASSES, p=p) for p in truth])
    said = softmax(sharpness * scores)
    if votes:
        said = np.array([rng.multinomial(votes, p) for p in said]) / votes
    said = said.round(6)
    said /= said.sum(axis=1, keepdims=True)
    counts = np.bincount(groups, minlength=25)
    weights = 1 / (counts[groups] * (counts > 0).sum())

    def loss(log_temperature, floor):
        p = softmax(np.log(said + floor) / np.exp(log_temperature))
        return -(weights * np.log(p[np.arange(ROWS), labels])).sum()

    fits = [(minimize_scalar(loss, bounds=(-2.9, 2.9), args=(f,), method="bounded"), f) for f in FLOORS]
    best, floor = min(fits, key=lambda fit: fit[0].fun)
    return {
        "probabilities": said.ravel().tolist(),
        "labels": labels.tolist(),
        "groups": groups.tolist(),
        "temperature": float(np.exp(best.x)),
        "floor": floor,
        "loss": float(best.fun),
    }


cases = [case(2.5, 0), case(0.5, 0), case(1, 20)]
path = pathlib.Path(__file__).parent / "temperature.json"
path.write_text(json.dumps(cases) + "\n")
