"""Remembers which execution was fastest, by recipe, shapes, library versions and machine."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from ganreg.engine.players import Players
from ganreg.engine.running.execution import Execution
from ganreg.engine.running.machine import computes_with
from ganreg.errors import RunError
from ganreg.files.cache import cache_folder
from ganreg.files.opening import UnreadableError
from ganreg.files.values import read_json_value
from ganreg.files.writing import write_text

_FILE = "execution.json"


def key_of(players: Players, batch_size: int, most: int) -> str:
    """A key that changes with whatever the choice may depend on."""
    recipe = players.recipe.as_table()
    for irrelevant in ("name", "summary", "paper", "seed", "steps", "dataset"):
        recipe.pop(irrelevant, None)
    data = players.assembly.data
    facts: list[Any] = [recipe, data.shape, data.num_classes, batch_size, most]
    facts += [] if data.source is None else [data.source.shape]
    facts += [tf.__version__, keras.__version__, keras.config.dtype_policy().name]
    facts += computes_with()
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:32]


def recall(key: str) -> Execution | None:
    """The execution that is remembered under a key; `None` if there is none, or the file cannot be read."""
    try:
        known = _known(cache_folder())[key]
        return Execution(known["mode"], int(known["updates_per_call"]))
    except (ValueError, KeyError, TypeError, OverflowError):
        return None


def keep(key: str, execution: Execution) -> None:
    """Remembers an execution; a cache that cannot be written is no reason to fail."""
    folder = cache_folder()
    if folder is None:
        return
    with contextlib.suppress(OSError, RunError):
        known = _known(folder)
        known[key] = {"mode": execution.mode, "updates_per_call": execution.updates_per_call}
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / _FILE, json.dumps(known, indent=1), durable=False)


def _known(folder: Path | None) -> dict[str, Any]:
    """What is remembered; empty if the file is missing or damaged."""
    try:
        known = {} if folder is None else read_json_value(folder / _FILE, within=folder)
    except UnreadableError:
        return {}
    return known if isinstance(known, dict) else {}
