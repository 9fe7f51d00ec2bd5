"""Scores, and the files that hold them. Importable without TensorFlow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs

from ganreg.contract.structuring import structure
from ganreg.errors import RunError, SpecError
from ganreg.files.layout import COLUMNS, EVALUATION
from ganreg.files.opening import UnreadableError
from ganreg.files.values import read_json_value
from ganreg.files.writing import write_text

if TYPE_CHECKING:
    from ganreg.data.column_comparison import ColumnComparison


@attrs.frozen
class Score:
    """One value of one metric, and what is needed to interpret it.

    Attributes:
        metric: the spec text of the metric.
        name: the name of the value, such as `"precision"`; its published name if it has one for these features.
        value: the value.
        error: its standard error, from the bootstrap or from subsets; `None` if the metric gives none.
        baseline: the same value for what `baseline_of` names, in place of the generated samples; `None` if that cannot
            be computed.
        extractor: describes the features, such as `"classifier (test accuracy 0.981)"`.
        samples: the number of generated samples.
        real_samples: the number of real samples that they were compared with.
        lower_is_better: whether lower is better; `None` for a value that is not a score.
        iteration: the number of iterations of the generator; `None` in files that do not contain it.
        baseline_of: `"real samples"`, as many others as there are generated samples; or `"sources"`, each taken for its
            own translation, if translations are compared pair by pair.
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
    baseline_of: Literal["real samples", "sources"] = "real samples"


def as_tables(scores: Iterable[Score]) -> list[dict[str, Any]]:
    """Returns scores as plain values, one table each."""
    return [attrs.asdict(score) for score in scores]


def write_scores(folder: Path, scores: Iterable[Score]) -> None:
    """Writes `evaluation.json` into the folder of a run.

    Raises:
        RunError: the file cannot be written.
    """
    write_text(folder / EVALUATION, json.dumps(as_tables(scores), indent=1) + "\n")


def write_columns(folder: Path, comparison: ColumnComparison | None) -> None:
    """Writes `columns.json` into the folder of a run, or removes that of another evaluation if there are no columns.

    Raises:
        RunError: the file cannot be written.
    """
    if comparison is None:
        (folder / COLUMNS).unlink(missing_ok=True)
    else:
        write_text(folder / COLUMNS, json.dumps(attrs.asdict(comparison)) + "\n")


def read_scores(folder: Path) -> list[Score]:
    """Reads the scores of the last evaluation of a run; empty if it was never evaluated.

    Raises:
        RunError: the file is damaged.
    """
    path = folder / EVALUATION
    try:
        tables = read_json_value(path, within=folder)
        return [structure(Score, with_current_names(table), where=str(path)) for table in tables]
    except UnreadableError as error:
        if error.missing:
            return []
        raise RunError(f"{error}; to write it again, run: ganreg evaluate {folder}") from error
    except (TypeError, AttributeError, SpecError) as error:
        raise RunError(f"{path} cannot be read: {error}; to write it again, run: ganreg evaluate {folder}") from error


def with_current_names(table: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the table of a score with the keys of this version; earlier versions wrote the baseline as `floor`."""
    return {("baseline" if name == "floor" else name): value for name, value in table.items()}


def column_names(scores: Sequence[Score]) -> list[str]:
    """Returns a unique name for each score: that of its value, preceded by its metric if two values share a name."""
    names = [score.name for score in scores]
    return [
        name if names.count(name) == 1 else f"{score.metric}/{name}" for name, score in zip(names, scores, strict=True)
    ]
