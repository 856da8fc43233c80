"""One measurement of a Python library on the files that bench/models.ts wrote: learning.py WHAT FOLDER ARGUMENT…"""

import json
import sys
import time
import warnings

import numpy as np

warnings.simplefilter("ignore")
what, folder, *args = sys.argv[1:]
THREADS = 2


def read(name, limit=None):
    shape = json.load(open(f"{folder}/{name}.json"))
    x = np.fromfile(f"{folder}/{name}.f64").reshape(-1, shape["columns"])
    y = np.fromfile(f"{folder}/{name}.labels", dtype=np.int32)
    return x[:limit], y[:limit]


def cpu_of(work):
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def trees(make, seeds):
    from sklearn.metrics import f1_score

    x, y = read("train")
    x_test, y_test = read("test")
    fits = []
    for seed in range(seeds):
        model = make(seed)
        fit_seconds, _ = cpu_of(lambda: model.fit(x, y))
        predict_seconds, p = cpu_of(lambda: model.predict_proba(x_test))
        score = f1_score(y_test, p.argmax(axis=1), average="macro")
        fits.append({"fitSeconds": fit_seconds, "predictSeconds": predict_seconds, "macroF1": score})
    return {"fits": fits}


def forest(seed):
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(100, n_jobs=THREADS, random_state=seed)


def hist(seed):
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(max_iter=100, max_leaf_nodes=31, early_stopping=False, random_state=seed)


def lightgbm(seed):
    from lightgbm import LGBMClassifier

    return LGBMClassifier(n_estimators=100, num_leaves=31, n_jobs=THREADS, random_state=seed, verbose=-1)


def svc(grid):
    from sklearn.svm import SVC

    columns = json.load(open(f"{folder}/train.json"))["columns"]
    x = np.fromfile(f"{folder}/scaled-train.f64").reshape(-1, columns)
    x_test = np.fromfile(f"{folder}/scaled-test.f64").reshape(-1, columns)
    y = read("train", len(x))[1]
    with_probabilities = cpu_of(lambda: SVC(C=1, gamma=1 / columns, probability=True, random_state=1).fit(x, y))[0]
    fit = lambda: [SVC(C=s["C"], gamma=s["gamma"] / columns).fit(x, y) for s in grid]
    seconds, models = cpu_of(fit)
    predict_seconds, _ = cpu_of(lambda: models[0].predict(x_test))
    return {
        "fitSeconds": seconds,
        "predictSeconds": predict_seconds,
        "probabilityFitSeconds": with_probabilities,
        "labels": [model.predict(x_test).tolist() for model in models],
    }


def onnx(names, rows):
    import onnxruntime

    x = read("test", rows)[0].astype(np.float32)
    differences = {}
    for name in names:
        session = onnxruntime.InferenceSession(f"{folder}/{name}.onnx", providers=["CPUExecutionProvider"])
        probabilities = session.run(["probabilities"], {"features": x})[0]
        ours = np.fromfile(f"{folder}/{name}.probabilities").reshape(probabilities.shape)
        metadata = session.get_modelmeta().custom_metadata_map
        assert len(json.loads(metadata["featureNames"])) == x.shape[1] and len(json.loads(metadata["classesPx"])) == 5
        differences[name] = float(np.abs(ours - probabilities).max())
    return {"differences": differences}


def measured():
    if what in ("forest", "hist", "lightgbm"):
        return trees(globals()[what], int(args[0]))
    if what == "svc":
        return svc(json.loads(args[0]))
    if what == "onnx":
        return onnx(json.loads(args[0]), int(args[1]))
    raise SystemExit(f"unknown measurement {what}")


print(json.dumps(measured()))
