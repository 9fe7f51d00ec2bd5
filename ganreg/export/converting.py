"""Converts a Keras model and writes the result, whole or not at all."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras

from ganreg.errors import GanregError, RunError
from ganreg.export.formats import Format
from ganreg.files.writing import cannot_write, write_whole
from ganreg.texts import text_of

OUTPUT = "samples"
"""The name of the output in ONNX files; Keras's own name for it in the other formats is `output_0`."""

_SAVED_MODEL = "saved_model.pb"


def write_network(model: keras.Model, path: Path, chosen: Format, *, batch_size: int | None) -> None:
    """Writes a model in a format, replacing an earlier export.

    Args:
        model: the model, with named inputs.
        path: the file, or the folder of a SavedModel.
        chosen: the format.
        batch_size: the number of samples that the model makes in each call; `None` for any number.

    Raises:
        RunError: the path cannot be written or holds something else, or the model uses an operation that the format
            does not have.
    """
    if not path.parent.is_dir():
        raise RunError(f"there is no folder {path.parent} to write {path.name} to")

    def write(temporary: Path) -> None:
        _convert(model, temporary, chosen, batch_size)

    if chosen.suffix:
        if path.is_dir():
            raise RunError(f"{path} is a folder; choose another name for the file")
        write_whole(path, write)
    else:
        _write_folder(path, write)


def _convert(model: keras.Model, path: Path, chosen: Format, batch_size: int | None) -> None:
    specs = [
        keras.InputSpec(shape=(batch_size, *one.shape[1:]), dtype=one.dtype, name=one.name) for one in model.inputs
    ]
    signature = [specs if len(specs) > 1 else specs[0]]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the converters, about themselves
            model.export(
                path, format=chosen.name, verbose=False, input_signature=signature, **_settings_of(chosen.name)
            )
            if chosen.name == "onnx":
                _name_ports(path, batch_size)
    except (OSError, GanregError):
        raise
    except Exception as error:  # converters raise anything
        reason = text_of(error)
        failed = RunError(f"network '{model.name}' cannot be converted to {chosen.name}: {reason}")
        failed.exit_code = 1
        raise failed from error


def _settings_of(name: str) -> Mapping[str, Any]:
    """What Keras is to pass to a converter."""
    if name != "litert":
        return {}
    import tensorflow as tf

    # Without TensorFlow's own operations, which a LiteRT interpreter lacks.
    return {"target_spec": {"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]}}


def _name_ports(path: Path, batch_size: int | None) -> None:
    """Gives an ONNX model's output and batch axis names that say what they are.

    Raises:
        ValueError: the model contains an operation that ONNX does not have.
    """
    import onnx

    model = onnx.load(str(path))
    graph = model.graph
    unknown = sorted({node.op_type for node in graph.node if not node.domain and not onnx.defs.has(node.op_type)})
    if unknown:  # the converter only logs them
        raise ValueError(f"ONNX has no operation like TensorFlow's {', '.join(unknown)}")
    made = graph.output[0].name
    for node in graph.node:
        for names in (node.input, node.output):
            for index, name in enumerate(names):
                if name == made:
                    names[index] = OUTPUT
    graph.output[0].name = OUTPUT
    if batch_size is None:
        for port in (*graph.input, *graph.output):
            port.type.tensor_type.shape.dim[0].dim_param = "batch"
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _write_folder(path: Path, write: Callable[[Path], object]) -> None:
    """Writes a folder next to its place and moves it there."""
    if path.exists() and not (path.is_dir() and ((path / _SAVED_MODEL).is_file() or not any(path.iterdir()))):
        raise RunError(f"{path} exists and is not a SavedModel; choose another folder")
    temporary, old = path.with_name(f".{path.name}.tmp"), path.with_name(f".{path.name}.old")
    try:
        for left_over in (temporary, old):
            shutil.rmtree(left_over, ignore_errors=True)
        write(temporary)
        if path.exists():
            path.rename(old)
        temporary.rename(path)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
