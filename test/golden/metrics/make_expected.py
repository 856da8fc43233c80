"""Writes metrics.json and svm.json next to this file: scikit-learn's results for small inputs.

Run with: python3 -m venv v && v/bin/pip install scikit-learn==1.9.1 && v/bin/python make_expected.py
"""

import json
import pathlib
import warnings

import numpy as np
from sklearn import metrics
from sklearn.calibration import _SigmoidCalibration
from sklearn.svm import SVC

HERE = pathlib.Path(__file__).parent
warnings.simplefilter("ignore")


def ece(truth, probabilities):
    """Expected calibration error over ten bins of equal width on the top probability."""
    total = 0.0
    top = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    for b in range(10):
        upper = 1.01 if b == 9 else (b + 1) / 10
        inside = (top >= b / 10) & (top < upper)
        if inside.any():
            total += inside.sum() * abs(top[inside].mean() - right[inside].mean())
    return total / len(truth)


def case(name, truth, probabilities):
    k = probabilities.shape[1]
    predicted = probabilities.argmax(axis=1)
    labels = list(range(k))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        truth, predicted, labels=labels, zero_division=0
    )
    curves = []
    for label in labels:
        positive = truth == label
        if positive.all() or not positive.any():
            curves.append(None)
            continue
        fpr, tpr, thresholds = metrics.roc_curve(positive, probabilities[:, label])
        curves.append(
            {
                "points": [
                    [float(x), float(y), None if np.isinf(t) else float(t)]
                    for x, y, t in zip(fpr, tpr, thresholds)
                ],
                "auc": metrics.roc_auc_score(positive, probabilities[:, label]),
                "averagePrecision": metrics.average_precision_score(positive, probabilities[:, label]),
            }
        )
    return {
        "name": name,
        "classCount": k,
        "truth": truth.tolist(),
        "probabilities": probabilities.tolist(),
        "expected": {
            "accuracy": metrics.accuracy_score(truth, predicted),
            "macroF1": metrics.f1_score(truth, predicted, average="macro", zero_division=0),
            "weightedF1": metrics.f1_score(truth, predicted, average="weighted", zero_division=0),
            "perClass": [
                {"precision": p, "recall": r, "f1": f, "support": int(s)}
                for p, r, f, s in zip(precision, recall, f1, support)
            ],
            "confusion": metrics.confusion_matrix(truth, predicted, labels=labels).tolist(),
            "logLoss": metrics.log_loss(truth, probabilities, labels=labels),
            "withinOneRung": float((np.abs(truth - predicted) <= 1).mean()),
            "meanAbsoluteRungError": float(np.abs(truth - predicted).mean()),
            "expectedCalibrationError": ece(truth, probabilities),
            "roc": curves,
        },
    }


def dirichlet(rng, truth, k, strength, twentieths):
    """Probabilities that favour the true class; on a grid of 1/20 to produce ties."""
    raw = rng.gamma(0.7, size=(len(truth), k)) + strength * np.eye(k)[truth] * rng.uniform(size=(len(truth), 1))
    shares = raw / raw.sum(axis=1, keepdims=True)
    if not twentieths:
        return shares
    grid = np.floor(shares * 20)
    grid[np.arange(len(truth)), shares.argmax(axis=1)] += 20 - grid.sum(axis=1)
    return grid / 20


def metric_cases():
    rng = np.random.default_rng(7)
    five = rng.integers(0, 5, 120)
    absent = rng.choice([0, 2, 3], 80)
    never = dirichlet(rng, absent, 5, 1.5, False)
    never[:, 4] = 0
    never /= never.sum(axis=1, keepdims=True)
    return [
        case("five classes, distinct scores", five, dirichlet(rng, five, 5, 1.5, False)),
        case("five classes, tied scores", five, dirichlet(rng, five, 5, 1.5, True)),
        case("a class without rows and one never predicted", absent, never),
        case("two classes, tied scores", five % 2, dirichlet(rng, five % 2, 2, 1.0, True)),
        case("one class only", np.zeros(10, dtype=int), dirichlet(rng, np.zeros(10, dtype=int), 3, 1.0, True)),
    ]


def scale(train, test):
    """log1p for non-negative columns of skewness above 1, then mean 0 and deviation 1."""
    train, test = train.copy(), test.copy()
    for j in range(train.shape[1]):
        column = train[:, j]
        skewness = (((column - column.mean()) / column.std()) ** 3).mean()
        if column.min() >= 0 and skewness > 1:
            train[:, j], test[:, j] = np.log1p(column), np.log1p(np.maximum(test[:, j], 0))
    return (train - train.mean(0)) / train.std(0), (test - train.mean(0)) / train.std(0)


def svm_cases():
    rng = np.random.default_rng(3)
    d, n = 6, 500
    y = rng.integers(0, 4, n)
    x = rng.normal(size=(n, d))
    x[:, 0] += 0.9 * y
    x[:, 1] += 1.2 * (y % 2)
    x[:, 3:] = np.exp(x[:, 3:] + 0.5 * y[:, None] * [1, 0, -1])
    x = x.round(4)
    train, test = slice(0, 240), slice(240, n)
    scaled_train, scaled_test = scale(x[train], x[test])
    cases = []
    for c, sigma in [(1, 1), (3, 0.7), (10, 1), (30, 2)]:
        machine = SVC(C=c, gamma=1 / (2 * sigma**2 * d), tol=1e-4).fit(scaled_train, y[train])
        cases.append({"C": c, "sigma": sigma, "expected": machine.predict(scaled_test).tolist()})
    margins = rng.normal(size=80).round(3)
    first = (margins + rng.normal(size=80) > 0.3).tolist()
    sigmoid = _SigmoidCalibration().fit(margins, np.array(first, dtype=int))
    pairwise = rng.uniform(0.05, 0.95, size=(4, 4))
    pairwise = np.triu(pairwise, 1) + np.tril(1 - pairwise.T, -1)
    q = -pairwise.T * pairwise
    q[np.diag_indices(4)] = (pairwise.T**2).sum(axis=1) - np.diag(pairwise) ** 2
    system = np.block([[q, np.ones((4, 1))], [np.ones((1, 4)), np.zeros((1, 1))]])
    return {
        "train": {"x": x[train].tolist(), "y": y[train].tolist()},
        "test": {"x": x[test].tolist(), "y": y[test].tolist()},
        "cases": cases,
        "platt": {"margins": margins.tolist(), "isFirst": first, "a": sigmoid.a_, "b": sigmoid.b_},
        "coupling": {
            "pairwise": pairwise.tolist(),
            "expected": np.linalg.solve(system, [0, 0, 0, 0, 1])[:4].tolist(),
        },
    }


def write(name, value):
    (HERE / name).write_text(json.dumps(value) + "\n")


write("metrics.json", metric_cases())
write("svm.json", svm_cases())
