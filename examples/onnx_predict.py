"""Predicts the resolution of windows by a model of vqi, without vqi.

    vqi models export --out model.onnx
    vqi export scoring_set --run RUN --format csv --out windows.csv
    pip install onnxruntime
    python examples/onnx_predict.py model.onnx windows.csv

RUN is the run of the model: scoring_set has all of its windows. Windows of captures that a model was applied to are in
the table inference_set of that run. Rows of your own need the model's columns; they may be separated by semicolons or
tabs, and semicolons go with a decimal comma. Prints CSV: the columns that name the window, the likeliest resolution, and the
probability of each. vqi itself also smooths the probabilities over a session, and answers `unknown` where it should not
be trusted; here each window is predicted alone.
"""

import csv
import json
import sys

import numpy as np
import onnxruntime

KEYS = ("session_id", "window_index")


def main(model_path, windows_path):
    session = onnxruntime.InferenceSession(model_path, providers=["CPUExecutionProvider"])
    facts = session.get_modelmeta().custom_metadata_map
    names = json.loads(facts["featureNames"])
    classes = json.loads(facts["classesPx"])
    with open(windows_path, newline="") as file:
        separator = max(",;\t", key=file.readline().count)
        file.seek(0)
        rows = list(csv.DictReader(file, delimiter=separator))
    missing = [name for name in names if rows and name not in rows[0]]
    if missing:
        sys.exit(f"{windows_path} lacks columns that the model needs: {', '.join(missing)}")
    # An empty cell is a missing value, which the model knows as NaN.
    point = (lambda cell: cell.replace(",", ".")) if separator == ";" else str
    features = np.array([[float(point(row[name]) or "nan") for name in names] for row in rows], dtype=np.float32)
    labels, probabilities = session.run(None, {"features": features.reshape(len(rows), len(names))})
    out = csv.writer(sys.stdout, lineterminator="\n")
    keys = [key for key in KEYS if rows and key in rows[0]]
    out.writerow([*keys, "resolution_px", *(f"p_{height}" for height in classes)])
    for row, label, shares in zip(rows, labels, probabilities):
        out.writerow([*(row[key] for key in keys), label, *(f"{share:.7f}" for share in shares)])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: onnx_predict.py MODEL.onnx WINDOWS.csv")
    main(*sys.argv[1:])
