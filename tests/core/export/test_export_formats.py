"""The formats of exports, and which path stands for which."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from ganreg.errors import RunError, SpecError
from ganreg.export.formats import FORMATS, format_of, require


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("g.onnx", None, "onnx"),
        ("g.tflite", None, "litert"),
        ("generator", None, "tf_saved_model"),
        ("v1.2", None, "tf_saved_model"),
        ("g.onnx", "onnx", "onnx"),
        ("g.tflite", "litert", "litert"),
        ("v1.2", "tf_saved_model", "tf_saved_model"),
    ],
)
def test_a_path_or_a_name_chooses_the_format(path, name, expected):
    assert format_of(Path(path), name) is FORMATS[expected]


@pytest.mark.parametrize(
    ("path", "name", "message"),
    [
        ("g.onnx", "onxn", "there is no format 'onxn'; did you mean 'onnx'?"),
        ("g.onnx", "litert", "must end in .tflite, got g.onnx"),
        ("g", "onnx", "must end in .onnx, got g"),
        ("g.onnx", "tf_saved_model", "its name cannot end in .onnx"),
        ("g.keras", None, "gan.average_generator.save"),
        ("g.keras", "onnx", "gan.average_generator.save"),
        ("g.h5", None, "gan.average_generator.save"),
    ],
)
def test_what_does_not_fit_is_refused(path, name, message):
    with pytest.raises(SpecError, match=r"^[^\n]*$") as caught:
        format_of(Path(path), name)
    assert message in str(caught.value)


def test_a_missing_extra_is_named(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "tf2onnx" else found(name))
    with pytest.raises(RunError, match=r'^onnx needs tf2onnx; install it with: pip install "ganreg\[onnx\]"$'):
        require(FORMATS["onnx"])
    require(FORMATS["litert"])
    require(FORMATS["tf_saved_model"])


def test_choosing_a_format_does_not_import_tensorflow():
    code = "import sys; from ganreg.export import formats; print({'tensorflow', 'keras'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
