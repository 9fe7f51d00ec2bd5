"""Opens exported networks in a fresh process, and compares what they make with what they should.

Run as `python -I opened_afresh.py with|without`: `with` imports ganreg first, `without` makes its import fail. Reads a
list of paths from stdin as JSON; `expected.npz` next to each file holds its inputs and its output. Prints the greatest
difference, or an error, by path.
"""

import importlib.abc
import json
import os
import sys
from pathlib import Path


class Absent(importlib.abc.MetaPathFinder):
    """Finds neither ganreg nor its plugins."""

    def find_spec(self, name, path, target=None):
        if name.partition(".")[0].startswith("ganreg"):
            raise ModuleNotFoundError(f"No module named {name!r}")


def opened(path):
    """What a file computes, as a function of a list of inputs."""
    if path.suffix == ".keras":
        import keras

        network = keras.models.load_model(path)
        return lambda given: network(given if len(given) > 1 else given[0])
    if path.suffix == ".onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(str(path))
        names = labels_last(one.name for one in session.get_inputs())
        return lambda given: session.run(["samples"], dict(zip(names, given, strict=True)))
    if path.suffix == ".tflite":
        from ai_edge_litert.interpreter import Interpreter

        runner = Interpreter(str(path)).get_signature_runner()
        names = labels_last(runner.get_input_details())
        return lambda given: [
            runner(**{name: rows[index : index + 1] for name, rows in zip(names, given, strict=True)})["output_0"]
            for index in range(len(given[0]))
        ]
    import tensorflow as tf

    loaded = tf.saved_model.load(path)  # which has to be kept, as it owns the variables
    return lambda given: loaded.serve(given if len(given) > 1 else given[0])


def labels_last(names):
    return sorted(names, key=lambda name: name == "labels")


def flat(made):
    """All numbers of a structure in one row, in the order of keys."""
    import numpy as np

    if isinstance(made, dict):
        made = [made[name] for name in sorted(made)]
    return np.concatenate([flat(one) for one in made]) if isinstance(made, (list, tuple)) else np.ravel(made)


def difference(path):
    """The greatest difference from what is expected, or an error in words."""
    import numpy as np

    stored = np.load(path.parent / "expected.npz")
    given = [stored[f"input_{index}"] for index in range(len(stored.files) - 1)]
    try:
        made = flat(opened(path)(given))
        return float(np.max(np.abs(made - stored["output"]))) if made.shape == stored["output"].shape else "shape"
    except Exception as error:  # noqa: BLE001 - the test says which files failed
        return f"{type(error).__name__}: {error}"[:300]


def main():
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
    with_ganreg = sys.argv[1] == "with"
    if not with_ganreg:
        sys.meta_path.insert(0, Absent())
    try:
        import ganreg  # noqa: F401
    except ModuleNotFoundError:
        assert not with_ganreg
    else:
        assert with_ganreg
        assert "tensorflow" not in sys.modules
    answers = {path: difference(Path(path)) for path in json.load(sys.stdin)}
    assert with_ganreg or not any(name.startswith("ganreg") for name in sys.modules)
    sys.stdout.write(f"\n{json.dumps(answers)}\n")


if __name__ == "__main__":
    main()
