"""Compares the metric `table-fidelity` with SDMetrics on tables with numbers, categories, dates and missing values.

ganreg does not depend on SDMetrics, whose versions of numpy and pandas may differ, so it has an
environment of its own, which this script calls::

    python -m venv /tmp/sdmetrics && /tmp/sdmetrics/bin/pip install sdmetrics
    python benchmarks/table_fidelity.py /tmp/sdmetrics/bin/python

It prints the greatest difference of each kind of score, and fails if one is above 1e-6. Where the definitions differ on
purpose, it prints by how much; see the docstring of the metric.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

LIMIT = 1e-6
CITIES = ["Bern", "Oslo", "Paris", "Rome"]


def rows_of(seed: int, count: int, shift: float = 0.0) -> pd.DataFrame:
    """Draws a table in which every column depends on a common factor."""
    stream = np.random.default_rng(seed)
    factor = stream.normal(size=count)
    frame = pd.DataFrame(
        {
            "income": np.where(stream.random(count) < 0.3, 0.0, np.exp(8 + factor + shift)).round(2),
            "age": (40 + 10 * (factor + stream.normal(size=count)) + shift).round(),
            "score": stream.standard_t(2, count) + 0.2 * factor,
            "city": np.array(CITIES)[np.digitize(factor + stream.normal(size=count), [-1, 0, 1 + shift])],
            "member": stream.random(count) < 1 / (1 + np.exp(-factor)),
            "joined": pd.Timestamp("2015-01-01")
            + pd.to_timedelta((1000 + 300 * factor + 50 * stream.normal(size=count)).round(), unit="D"),
        }
    )
    for column, share in (("age", 0.1), ("city", 0.05), ("joined", 0.02 + shift / 10)):
        frame.loc[stream.random(count) < share, column] = None
    return frame


KINDS = dict.fromkeys(("income", "age", "score"), "numerical") | {
    "city": "categorical",
    "member": "boolean",
    "joined": "datetime",
}

THEIRS = """
import itertools, json, sys, warnings
import pandas as pd
from sdmetrics.column_pairs import ContingencySimilarity, CorrelationSimilarity
from sdmetrics.reports.single_table import QualityReport
from sdmetrics.single_column import KSComplement, TVComplement
warnings.simplefilter("ignore")
kinds = json.loads(sys.argv[3])
dates = [name for name, kind in kinds.items() if kind == "datetime"]
real, fake = (pd.read_csv(path, parse_dates=dates) for path in sys.argv[1:3])
ordered = [name for name, kind in kinds.items() if kind in ("numerical", "datetime")]
seconds = lambda frame: frame.assign(**{
    name: (frame[name] - pd.Timestamp("1970-01-01")).dt.total_seconds() for name in dates
})
columns = {name: (KSComplement if name in ordered else TVComplement).compute(real[name], fake[name]) for name in kinds}
pairs = {}
for one, other in itertools.combinations(kinds, 2):
    both = [seconds(each)[[one, other]].copy() for each in (real, fake)]
    numbers = [name for name in (one, other) if name in ordered]
    if len(numbers) == 2:
        pairs[f"{one} {other}"] = CorrelationSimilarity.compute(*both)
    else:
        pairs[f"{one} {other}"] = ContingencySimilarity.compute(*both, continuous_column_names=numbers or None)
report = QualityReport()
metadata = {"columns": {name: {"sdtype": kind} for name, kind in kinds.items()}}
report.generate(real, fake, metadata, verbose=False)
properties = report.get_properties().set_index("Property")["Score"]
print(json.dumps({"columns": columns, "pairs": pairs, "report": properties.to_dict() | {"score": report.get_score()}}))
"""


def ours(real: pd.DataFrame, fake: pd.DataFrame) -> dict[str, dict[str, float]]:
    """The scores of ganreg, by the same names."""
    import ganreg

    columns, values = [], ([], [])
    for name, kind in KINDS.items():
        labels = CITIES if kind == "categorical" else ["False", "True"] if kind == "boolean" else []
        columns.append(ganreg.Column(name, {"numerical": "number", "datetime": "date"}.get(kind, "category"), labels))
        for frame, side in zip((real, fake), values, strict=True):
            column = frame[name]
            if kind == "datetime":
                column = (column - pd.Timestamp("1970-01-01")).dt.total_seconds()
            elif labels:
                column = column.map(lambda cell, labels=labels: np.nan if pd.isna(cell) else labels.index(str(cell)))
            side.append(column.astype(float).to_numpy())
    tables = [np.stack(side, axis=1) for side in values]
    metric = ganreg.create("metric", "table-fidelity").for_columns(columns)
    scores, totals = metric.scores_by_column(*tables), metric.compute(*tables)
    names = list(KINDS)
    return {
        "columns": dict(zip(names, scores.columns.tolist(), strict=True)),
        "pairs": {
            f"{one} {other}": float(scores.pairs[place, further])
            for place, one in enumerate(names)
            for further, other in enumerate(names)
            if place < further
        },
        "report": {
            "Column Shapes": totals["columns"],
            "Column Pair Trends": totals["pairs"],
            "score": totals["fidelity"],
        },
    }


def main() -> int:
    """Compares both on four pairs of tables."""
    worst = 0.0
    for seed, (count, shift) in enumerate(((500, 0.0), (3000, 0.5), (200, 2.0), (20_000, 0.1))):
        real, fake = rows_of(2 * seed, count), rows_of(2 * seed + 1, count + 100, shift)
        with tempfile.TemporaryDirectory() as folder:
            paths = [str(Path(folder, name)) for name in ("real.csv", "fake.csv")]
            real.to_csv(paths[0], index=False)
            fake.to_csv(paths[1], index=False)
            answer = subprocess.run(  # noqa: S603 - the interpreter that the caller names
                [sys.argv[1], "-c", THEIRS, *paths, json.dumps(KINDS)], capture_output=True, text=True, check=True
            )
        theirs, own = json.loads(answer.stdout.splitlines()[-1]), ours(real, fake)
        gaps = {
            kind: max(abs(theirs[kind][name] - own[kind][name]) for name in own[kind]) for kind in ("columns", "pairs")
        }
        worst = max(worst, *gaps.values())
        print(f"{count} rows, shift {shift}: columns differ by {gaps['columns']:.1e}, pairs by {gaps['pairs']:.1e}")
        for name, value in theirs["report"].items():
            print(f"  report: {name} {value:.6f}, here {own['report'][name]:.6f}")
    print(f"greatest difference {worst:.1e}, limit {LIMIT:.0e}")
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
