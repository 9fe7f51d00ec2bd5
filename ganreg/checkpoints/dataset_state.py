"""What a dataset has learnt, in a run's folder: `dataset.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs

from ganreg.contract.assembly import Assembly
from ganreg.contract.datasets import Dataset
from ganreg.engine.attribution import attributed
from ganreg.errors import DataError, PluginError, RunError
from ganreg.files.layout import DATASET
from ganreg.files.opening import UnreadableError
from ganreg.files.values import read_json_value
from ganreg.files.writing import write_text


def write_dataset_state(folder: Path, assembly: Assembly) -> None:
    """Writes what the assembly's dataset has learnt, and the names and shares of the classes, if any of it is known.

    Args:
        folder: the folder, which exists.
        assembly: the assembly.

    Raises:
        DataError: a file of the dataset is missing or broken.
        PluginError: the dataset's own code failed, or its state is not of plain values.
        RunError: the file cannot be written.
    """
    source, state = assembly.source, None
    if isinstance(source, Dataset):
        with attributed(_origin(source), "fitted_state"):
            state = source.fitted_state()
    classes = assembly.classes.as_plain()
    if state is None and not any(classes.values()):
        return
    content = {"classes": classes, "dataset": type(source).__name__, "state": state}
    try:
        text = json.dumps(content, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise PluginError(f"{_origin(source)} has a fitted_state() that JSON cannot hold: {error}") from error
    write_text(folder / DATASET, text + "\n")


def with_dataset_state(assembly: Assembly, folder: Path) -> Assembly:
    """Returns an assembly whose dataset is as it was in the run; unchanged if the folder keeps nothing of it.

    Raises:
        RunError: the file is damaged.
        PluginError: the dataset's own code failed.
    """
    path = folder / DATASET
    if not path.is_file():
        return assembly
    try:
        content: Any = read_json_value(path, within=folder)
        classes = assembly.classes.restored(content["classes"])
        state, kind = content["state"], content["dataset"]
    except (UnreadableError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise RunError(f"{path} is damaged: {error}; without this file, the dataset's own files are read") from error
    source = assembly.source
    if state is not None and isinstance(source, Dataset) and type(source).__name__ == kind:
        try:
            with attributed(_origin(source), "with_state"):
                source = source.with_state(state)
        except DataError as error:
            raise RunError(f"{path}: {error}; without this file, the dataset's own files are read") from error
    return attrs.evolve(assembly, source=source, classes=classes)


def _origin(source: Any) -> str:
    return f"dataset '{type(source).__name__}'"
