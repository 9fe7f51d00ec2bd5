"""`ganreg inspect`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from ganreg.cli.state import State
from ganreg.cli.streams import echo, echo_json
from ganreg.cli.tables import echo_table
from ganreg.cli.tensorflow import warnings_as_lines
from ganreg.contract.specs import Spec
from ganreg.engine.attribution import attributed

if TYPE_CHECKING:
    from ganreg.contract.datasets import Dataset
    from ganreg.contract.summaries import ColumnSummary
    from ganreg.plugins.registry import Registry

_BAR = 30
"""The length of a histogram's longest bar."""
_BLOCK, _EIGHTHS = "█", " ▏▎▍▌▋▊▉"


@click.command()
@click.argument("data", metavar="DATA")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.option("--brief", is_flag=True, help="Print no histograms.")
@click.pass_obj
def inspect(state: State, data: str, as_json: bool, brief: bool) -> int:
    """Show what data hold, and how the columns of a table would be encoded.

    DATA is a file, or the SPEC of a dataset as for `ganreg train --dataset`. Each column of a table is shown with what
    it holds, the share of missing values, the number of different values, how it becomes part of a sample, what to give
    if that is not right, and a histogram. The exit code is 1 if a column cannot be used as it is.
    """
    with warnings_as_lines(), redirect_stdout(sys.stderr):  # stdout is for the answer, even if a dataset prints
        spec = dataset_spec(data, state.registry)
        dataset: Dataset = state.registry.create("dataset", spec)
        with attributed(f"dataset '{spec.name}'", "summarize"):
            columns = dataset.summarize()
        facts = _facts(dataset, spec) if columns is None else {}
    if as_json:
        found = facts if columns is None else {"columns": [attrs.asdict(column) for column in columns]}
        echo_json(found)
    elif columns is None:
        echo_table(("FACT", "VALUE"), [(name, str(value)) for name, value in facts.items()])
    else:
        _echo(columns, brief=brief)
    return 0 if columns is None or all(column.usable for column in columns) else 1


def dataset_spec(data: str, known: Registry) -> Spec:
    """The spec that is meant: that of the dataset that reads such files, where a file is named.

    Args:
        data: the name of a file, or a spec.
        known: the registry in which datasets are looked up.

    Raises:
        SpecError: the spec is malformed.
        click.UsageError: no dataset reads such files.
    """
    path = Path(data)
    entries = known.entries("dataset")
    readers = [entry for entry in entries if path.name.lower().endswith(entry.component.files or ("\0",))]
    if readers and ":" not in path.name.partition(".")[0]:
        parameters: dict[Any, Any] = {"path": data}
        return Spec(readers[0].qualified_name, parameters)
    if path.is_file():
        suffixes = ", ".join(suffix for entry in entries for suffix in entry.component.files)
        raise click.UsageError(f"no dataset reads files such as {path.name}; give a file with {suffixes}, or a SPEC")
    return Spec.of(data)


def _facts(dataset: Dataset, spec: Spec) -> dict[str, object]:
    """What there is to say about data that are not a table."""
    with attributed(f"dataset '{spec.name}'", "load"):
        data = dataset.load()
    shape = "x".join(map(str, data.train.shape[1:]))
    facts: dict[str, object] = {"samples": len(data.train), "held out": 0 if data.test is None else len(data.test)}
    facts |= {"shape": shape, "type": str(data.train.dtype)}
    facts["range"] = "unbounded" if data.value_range is None else "{:g} to {:g}".format(*data.value_range)
    facts["values"] = f"{data.train.min():.4g} to {data.train.max():.4g}"
    if data.train_labels is not None:
        names = data.class_names or tuple(map(str, range(data.num_classes or 0)))
        counts = [int((data.train_labels == number).sum()) for number in range(len(names))]
        facts["classes"] = ", ".join(f"{name}: {count}" for name, count in zip(names, counts, strict=True))
    if data.source is not None:
        facts["sources"] = "x".join(map(str, data.source.train.shape[1:])) + (", paired" if data.paired else "")
    return facts


def _echo(columns: Sequence[ColumnSummary], *, brief: bool) -> None:
    header = ("COLUMN", "HOLDS", "MISSING", "DISTINCT", "ENCODING")
    rows = [
        (one.name, one.kind, f"{one.missing:.1%}" if one.missing else "", f"{one.distinct:,}", one.encoding)
        for one in columns
    ]
    echo_table(header, rows)
    notes = [(one.name, one.note) for one in columns if one.note]
    if notes:
        echo()
        echo_table(("COLUMN", "NOTE"), notes)
    for column in columns if not brief else ():
        if column.histogram:
            echo(f"\n{column.name}")
            _echo_histogram(column.histogram)


def _echo_histogram(bars: Sequence[tuple[str, int]]) -> None:
    greatest = max(count for _, count in bars) or 1
    width = min(max(len(label) for label, _ in bars), _BAR)
    for label, count in bars:
        eighths = round(8 * _BAR * count / greatest)
        bar = _BLOCK * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
        text = " ".join(label.split())
        shown = text if len(text) <= width else f"{text[: width - 1]}…"
        echo(f"  {shown:>{width}}  {bar:{_BAR}}  {count:,}".rstrip())
