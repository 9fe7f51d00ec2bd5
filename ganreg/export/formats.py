"""The formats in which networks are exported. Importable without TensorFlow."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path

import attrs

from ganreg.errors import RunError, SpecError, did_you_mean


@attrs.frozen
class Format:
    """A format.

    Attributes:
        name: its name.
        suffix: how the names of its files end; empty for a folder.
        needs: the modules that the conversion imports and that not every installation has.
        batch_size: the number of samples of one call that is fixed in the file by default; `None` for any number.
    """

    name: str
    suffix: str
    needs: tuple[str, ...] = ()
    batch_size: int | None = None


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format("tf_saved_model", ""),
        Format("onnx", ".onnx", needs=("tf2onnx", "onnx")),
        # Several networks resize maps in ways that the converter understands for a known batch only.
        Format("litert", ".tflite", batch_size=1),
    )
}
"""Every format by name."""

REFUSED: Mapping[str, str] = {
    "verbose": "nothing is printed",
    "input_signature": "inputs are called latents (or source) and labels; batch_size= fixes the number of samples",
    "opset_version": "convert gan.average_generator with keras.Model.export to choose it",
}
"""Arguments of Keras's `export` that `GAN.export` does not have, and what to do instead."""

_KERAS = (".keras", ".h5", ".hdf5")


def format_of(path: Path, name: str | None = None) -> Format:
    """Returns the format with a name, or the one that a path stands for, and checks that the two fit.

    Args:
        path: the file or folder to write.
        name: the format's name. Defaults to what the suffix says: ONNX for `.onnx`, LiteRT for `.tflite`, otherwise a
            folder with a SavedModel.

    Raises:
        SpecError: there is no such format, or its files have other names.
    """
    meant = next((one for one in FORMATS.values() if one.suffix and one.suffix == path.suffix), None)
    if path.suffix in _KERAS:
        raise SpecError(f"{path} would be a Keras file, which is saved: gan.average_generator.save('x.keras')")
    if name is None:
        return meant or FORMATS["tf_saved_model"]
    if name not in FORMATS:
        raise SpecError(f"there is no format '{name}'; {did_you_mean(name, list(FORMATS))}")
    chosen = FORMATS[name]
    if chosen.suffix and meant is not chosen:
        raise SpecError(f"the name of a file in the format {name} must end in {chosen.suffix}, got {path.name}")
    if meant not in (None, chosen):
        raise SpecError(f"{name} is written as a folder, so its name cannot end in {path.suffix}; got {path.name}")
    return chosen


def require(chosen: Format) -> None:
    """Raises a `RunError` if what a format needs is not installed."""
    for module in chosen.needs:
        if importlib.util.find_spec(module) is None:
            raise RunError(f'{chosen.name} needs {module}; install it with: pip install "ganreg[{chosen.name}]"')
