"""A run in a notebook: how far it is, its losses, scores, findings and newest samples.

A folder may come from someone else: what is read of it is bounded, and whatever is missing or damaged is left out.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganreg.display.curves import loss_curves
from ganreg.display.fragments import Picture, cut, fragment, spec_shown
from ganreg.files.images import read_png
from ganreg.files.layout import METRICS, PNG_DESCRIPTION, SAMPLES
from ganreg.files.opening import UnreadableError, open_to_read
from ganreg.reports.page import shown
from ganreg.reports.reading import finite, table
from ganreg.reports.runs import RunFolder

if TYPE_CHECKING:
    from ganreg.contract.run import Run

_MOST_BYTES = 2**19
"""The largest number of bytes that are read of each file."""
_MOST_FILES = 10_000
"""The largest number of files among which the newest sample grid is searched."""
_MOST_PIXELS = 2500 * 2500
_TRIED = 3
"""How many sample grids are tried, from the newest on."""
_SCORES, _FINDINGS = 8, 5


def text(run: Run) -> str:
    """A run in one line."""
    return f"<Run {cut(str(run.path), 120)!r}: {cut(run.recipe.name, 80)}, {_state(_read(run.path))}>"


def html(run: Run) -> str:
    """A run as HTML."""
    folder = _read(run.path)
    picture = last_picture(run.path / SAMPLES)
    notes = [] if run.path.is_dir() else ["There is no such folder."]
    more = len(folder.findings) - _FINDINGS
    return fragment(
        "run.html",
        name=run.recipe.name,
        state=_state(folder),
        facts=_facts(run, folder),
        scores=[_score(score) for score in folder.scores[:_SCORES]],
        curves=loss_curves(folder.metrics.iterations, folder.metrics.values),
        picture=picture,
        findings=[_finding(found) for found in folder.findings[:_FINDINGS]],
        notes=notes + ([f"and {more} more findings"] if more > 0 else []),
    )


def _read(path: Path) -> RunFolder:
    return RunFolder.read(path, most=_MOST_BYTES)


def _state(folder: RunFolder) -> str:
    done = folder.done if folder.finished else max(folder.done, last_iteration(folder.path / METRICS))
    return f"{done:,} of {folder.planned:,} iterations{'' if folder.finished else ', unfinished'}"


def last_iteration(path: Path) -> int:
    """The iteration of the last complete row of a `metrics.csv` of any length; 0 if there is none."""
    try:
        with open_to_read(path, within=path.parent) as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _MOST_BYTES // 8))
            lines = file.read(_MOST_BYTES).split(b"\n")[:-1]
        return int(lines[-1].partition(b",")[0])
    except (UnreadableError, OSError, ValueError, IndexError):
        return 0


def _facts(run: Run, folder: RunFolder) -> list[tuple[str, list[Any]]]:
    result, execution = table(folder.record.get("result")), table(folder.record.get("execution"))
    facts: list[tuple[str, list[Any]]] = [("Folder", [str(run.path)])]
    seconds = finite(result.get("seconds"))
    if seconds is not None:
        facts.append(("Training time", [f"{seconds:,.1f} s"]))
    for role in ("generator", "discriminator", "loss"):
        spec = getattr(run.recipe, role, None)
        if spec is not None:
            facts.append((role.capitalize(), [spec_shown(spec)]))
    if run.recipe.regularizers:
        facts.append(("Regularizers", [spec_shown(spec) for spec in run.recipe.regularizers[:10]]))
    if run.recipe.dataset is not None:
        facts.append(("Dataset", [spec_shown(run.recipe.dataset)]))
    if "mode" in execution:
        facts.append(("Execution", [f"{execution['mode']}, {execution.get('updates_per_call')} updates a call"]))
    return facts


def _score(score: Any) -> tuple[str, ...]:
    numbers = (shown(finite(score.get(key))) for key in ("value", "error", "baseline"))
    return (cut(score.get("name"), 80), *numbers)


def _finding(found: Any) -> dict[str, str]:
    return {key: cut(found.get(key, "")) for key in ("name", "iteration", "message", "hint")}


def last_picture(folder: Path) -> Picture | None:
    """The newest readable sample grid of a run; `None` if there is none."""
    from ganreg.display.figures import picture_of_image

    for iteration, path in _newest(folder):
        try:
            _, image = read_png(path, within=folder, most_pixels=_MOST_PIXELS)
            shown_there = str(image.info.get(PNG_DESCRIPTION, ""))
            described = f": {cut(shown_there, 100)}" if shown_there else ""
            return picture_of_image(image, f"samples after {iteration:,} iterations{described}")
        except (UnreadableError, OSError, ValueError):
            continue
    return None


def _newest(folder: Path) -> list[tuple[int, Path]]:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in itertools.islice(entries, _MOST_FILES)]
    except OSError:
        return []
    numbers = [(int(stem), folder / name) for name in names if (stem := _stem(name)).isdecimal() and len(stem) < 19]
    return sorted(numbers, reverse=True)[:_TRIED]


def _stem(name: str) -> str:
    return name.removesuffix(".png") if name.endswith(".png") else ""
