"""Scores, and the files that hold them. Importable without TensorFlow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from ganreg.contract.structuring import structure
from ganreg.errors import RunError, SpecError
from ganreg.files.layout import EVALUATION
from ganreg.files.writing import write_text


@attrs.frozen
class Score:
    """One value of one metric, and what it is to be read with.

    Attributes:
        metric: the metric's spec text.
        name: of the value, such as `"precision"`; the published one on the features that publications mean by it.
        value: the value.
        error: its standard error, by the bootstrap or from subsets; `None` where the metric gives none.
        baseline: the same value between two disjoint sets of real samples of that size; `None` where there are too few.
        extractor: what describes the features, such as `"classifier (test accuracy 0.981)"`.
        samples: how many generated samples were judged.
        real_samples: how many real ones they were compared with.
        lower_is_better: whether less is better; `None` for a value that is no score.
        iteration: how far the generator had been trained; `None` in files that do not say so.
    """

    metric: str
    name: str
    value: float
    error: float | None
    baseline: float | None
    extractor: str
    samples: int
    real_samples: int | None = None
    lower_is_better: bool | None = None
    iteration: int | None = None


def as_tables(scores: Iterable[Score]) -> list[dict[str, Any]]:
    """Scores as plain values, a table each."""
    return [attrs.asdict(score) for score in scores]


def write_scores(folder: Path, scores: Iterable[Score]) -> None:
    """Writes `evaluation.json` into a run's folder.

    Raises:
        RunError: it cannot be written.
    """
    write_text(folder / EVALUATION, json.dumps(as_tables(scores), indent=1) + "\n")


def read_scores(folder: Path) -> list[Score]:
    """Reads the scores of a run's last evaluation; none where it was never evaluated.

    Raises:
        RunError: the file is damaged.
    """
    path = folder / EVALUATION
    try:
        tables = json.loads(path.read_text(encoding="utf-8"))
        return [structure(Score, _renamed(table), where=str(path)) for table in tables]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, AttributeError, SpecError) as error:
        raise RunError(f"{path} cannot be read: {error}; make it anew: ganreg evaluate {folder}") from error


def _renamed(table: dict[str, Any]) -> dict[str, Any]:
    """A score's table as it is written today; files of earlier versions call the baseline `floor`."""
    return {("baseline" if name == "floor" else name): value for name, value in table.items()}


def column_names(scores: Sequence[Score]) -> list[str]:
    """A name for each score that no other has: the value's own, or with its metric's where two are called the same."""
    names = [score.name for score in scores]
    return [
        name if names.count(name) == 1 else f"{score.metric}/{name}" for name, score in zip(names, scores, strict=True)
    ]
