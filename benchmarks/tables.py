"""Measures how long a large table takes to load and encode, and how much memory, compared with `pandas.read_csv`.

    python benchmarks/tables.py [--rows 1000000] [--columns 30]

The table is written into a temporary folder: numbers of several shapes, a spike at 0 with a long tail, integers, dates,
time stamps and categories. Each contestant has a process of its own, whose peak memory is that of the process. Goal:
within five times `pandas.read_csv`, and within 2 GB.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

GOAL_TIMES, GOAL_BYTES = 5.0, 2e9


def column(number: int, rows: int, stream: np.random.Generator) -> tuple[str, np.ndarray]:
    """A column's name and cells; kinds take turns."""
    kinds = ("normal", "lognormal", "peaks", "spike", "integer", "date", "stamp", "category", "small", "boolean")
    kind = kinds[number % len(kinds)]
    match kind:
        case "normal":
            cells = np.round(stream.normal(50, 12, rows), 3)
        case "lognormal":
            cells = np.round(stream.lognormal(8, 1, rows), 2)
        case "peaks":
            cells = np.round(stream.normal(stream.choice([0, 20, 50], rows), 2), 4)
        case "spike":
            cells = np.where(stream.random(rows) < 0.92, 0, stream.lognormal(8, 1, rows).astype(np.int64))
        case "integer":
            cells = stream.integers(0, 1_000_000, rows)
        case "date":
            cells = np.datetime64("2015-01-01") + stream.integers(0, 3000, rows)
        case "stamp":
            moments = np.datetime64("2020-01-01T00:00:00") + stream.integers(0, 100_000_000, rows)
            cells = np.char.replace(moments.astype(str), "T", " ")
        case "category":
            cells = np.array([f"city {index}" for index in range(40)])[stream.zipf(1.5, rows) % 40]
        case "small":
            cells = stream.integers(1, 11, rows)
        case _:
            cells = np.where(stream.random(rows) < 0.02, "yes", "no")
    return f"{kind}_{number}", cells


def write(path: Path, rows: int, columns: int) -> None:
    """Writes the table."""
    import pandas

    stream = np.random.default_rng(0)
    pandas.DataFrame(dict(column(number, rows, stream) for number in range(columns))).to_csv(path, index=False)


def with_pandas(path: Path) -> str:
    """Reads the table with pandas."""
    import pandas

    return str(pandas.read_csv(path).shape)


def with_ganreg(path: Path) -> str:
    """Loads and encodes the table."""
    from ganreg_datasets.tables.dataset import CsvTable

    data = CsvTable(path=path).load()
    return f"{len(data.train)} + {0 if data.test is None else len(data.test)} rows of {data.train.shape[1]} values"


CONTESTANTS = {"pandas.read_csv": with_pandas, "ganreg": with_ganreg}


def measure(name: str, path: Path) -> tuple[float, float]:
    """The seconds and the peak memory in bytes of one contestant in a process of its own."""
    done = subprocess.run(  # noqa: S603 - this file itself
        [sys.executable, __file__, "--contestant", name, "--path", str(path)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds, memory, result = done.stdout.strip().split("\t")
    print(f"{name:16} {float(seconds):7.2f} s {float(memory) / 1e9:6.2f} GB  {result}", flush=True)
    return float(seconds), float(memory)


def main() -> None:
    """Prints a line per contestant and round, and the ratio of the best rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--contestant", choices=CONTESTANTS, help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contestant:
        begin = time.perf_counter()
        result = CONTESTANTS[options.contestant](options.path)
        seconds = time.perf_counter() - begin
        print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, result, sep="\t")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = options.path or Path(folder) / "table.csv"
        if not path.exists():
            write(path, options.rows, options.columns)
        print(f"{path.stat().st_size / 1e6:.0f} MB", flush=True)
        found = {name: [measure(name, path) for _ in range(options.rounds)] for name in CONTESTANTS}
    (ours, memory), (theirs, _) = (min(found[name]) for name in ("ganreg", "pandas.read_csv"))
    print(f"ratio {ours / theirs:.1f} (goal {GOAL_TIMES:g}), memory {memory / 1e9:.2f} GB (goal {GOAL_BYTES / 1e9:g})")


if __name__ == "__main__":
    main()
