"""Writes trees.json next to this file: a small data set, and the results of scikit-learn's trees on it.

Run with: python3 -m venv v && v/bin/pip install scikit-learn==1.9.1 && v/bin/python make_expected.py
"""

import json
import pathlib

import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.metrics import f1_score
from sklearn.tree import DecisionTreeClassifier

HERE = pathlib.Path(__file__).parent
TRAIN = 600
SEEDS = 12
# Rows in which no column has more distinct values than bins, so that both sides can find the same splits.
EXACT = 240

x, y = make_classification(
    n_samples=1600,
    n_features=8,
    n_informative=5,
    n_redundant=1,
    n_classes=4,
    n_clusters_per_class=2,
    weights=[0.45, 0.3, 0.17, 0.08],
    class_sep=0.9,
    flip_y=0.08,
    random_state=4,
)
# Two decimals, heavy tails and counts in some columns, and missing values in two: one at random, one by class.
x[:, 1] = np.exp(x[:, 1])
x[:, 3] = np.round(3 * x[:, 3])
x = np.round(x, 2)
random = np.random.default_rng(9)
x[random.random(len(x)) < 0.1, 2] = np.nan
x[(random.random(len(x)) < 0.25) & (y >= 2), 5] = np.nan
xs, ys, xt, yt = x[:TRAIN], y[:TRAIN], x[TRAIN:], y[TRAIN:]


def macro_f1(make):
    scores = [f1_score(yt, make(seed).fit(xs, ys).predict(xt), average="macro") for seed in range(SEEDS)]
    return {"mean": float(np.mean(scores)), "sd": float(np.std(scores, ddof=1))}


def on_training_rows(model):
    """Probabilities of the rows on which the model was fitted."""
    return np.round(model.fit(xs[:EXACT], ys[:EXACT]).predict_proba(xs[:EXACT]), 7).tolist()


expected = {
    "columns": x.shape[1],
    "classCount": 4,
    "trainRows": TRAIN,
    "values": [None if np.isnan(v) else float(v) for v in x.ravel()],
    "labels": y.tolist(),
    "macroF1": {
        "random-forest": macro_f1(lambda s: RandomForestClassifier(100, random_state=s)),
        "extra-trees": macro_f1(lambda s: ExtraTreesClassifier(100, random_state=s)),
        "gradient-boosting": macro_f1(
            lambda s: HistGradientBoostingClassifier(max_iter=60, early_stopping=False, random_state=s)
        ),
    },
    "tree": on_training_rows(DecisionTreeClassifier(max_depth=4, min_samples_leaf=7)),
    "balancedTree": on_training_rows(DecisionTreeClassifier(max_depth=4, class_weight="balanced")),
    "boosting": on_training_rows(
        HistGradientBoostingClassifier(
            max_iter=5, max_leaf_nodes=8, min_samples_leaf=1, l2_regularization=0.5, early_stopping=False
        )
    ),
}
(HERE / "trees.json").write_text(json.dumps(expected) + "\n")
