"""Writes expected.json next to this file: onnxruntime's predictions for the .onnx files written by make-models.ts.

Run with: python3 -m venv v && v/bin/pip install onnx==1.23.2 onnxruntime==1.32.0 && v/bin/python make_expected.py
"""

import json
import pathlib

import numpy as np
import onnx
import onnxruntime

HERE = pathlib.Path(__file__).parent
values = json.loads((HERE / "rows.json").read_text())
rows = np.array([np.nan if v is None else v for v in values], dtype=np.float32).reshape(-1, 6)

expected = {}
for path in sorted(HERE.glob("*.onnx")):
    onnx.checker.check_model(onnx.load(path))
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    label, probabilities = session.run(None, {"features": rows})
    expected[path.stem] = {
        "label": label.tolist(),
        "probabilities": probabilities.astype(float).tolist(),
        "metadata": session.get_modelmeta().custom_metadata_map,
    }
(HERE / "expected.json").write_text(json.dumps(expected) + "\n")
