"""Compares generators of tables by five measures (`table_measures`) on six tables (`table_worlds`).

    python -m venv /tmp/ctgan && /tmp/ctgan/bin/pip install "ctgan==0.12.*" scikit-learn
    python benchmarks/table_generators.py --ctgan /tmp/ctgan/bin/python [--tables mix wine] [--steps 3000] [--seeds 3]

The contestants are the recipe `tabular`, `ctgan`, and the training rows drawn again (`repeated`), which have no errors
but are copies. CTGAN has a process of its own with its own packages, and trains for `--share` times the seconds that
ganreg took, start and compilation included; by default twice as long. As it refuses missing values and does not know
dates, they become the mean and numbers for it. Each contestant makes as many rows as there are to train on, at least
2,000. The first line of a table, `real`, are other real rows: no generator can be expected to be better.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from table_measures import LOWER, measures
from table_worlds import SKLEARN, WORLDS, parts

_LEAST_MADE = 2000
_PATH = Path(__file__)


def made_by_ganreg(train: pd.DataFrame, count: int, steps: int, seed: int, folder: Path) -> tuple[pd.DataFrame, float]:
    """Rows by the recipe `tabular`, and the seconds that assembling, training and generating took."""
    import ganreg

    path = folder / "train.csv"
    train.to_csv(path, index=False)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ganreg.GanregWarning)
        gan = ganreg.assemble("tabular", data=f"csv:path={path},test_share=0", seed=seed, steps=steps)
        gan.fit(steps=steps, verbose=0)
    made = pd.DataFrame(dict(gan.rows(count, seed=seed)))
    return made[list(train)], time.perf_counter() - start


def made_by_ctgan(
    python: str, train: pd.DataFrame, count: int, seconds: float, seed: int, folder: Path
) -> tuple[pd.DataFrame, float]:
    """Rows by CTGAN in a process with its own packages, after as many whole epochs as fit into the seconds."""
    plain, dates = train.copy(), []
    for name in train:
        text = train[name].astype(str)
        if text.str.fullmatch(r"\d{4}-\d\d-\d\d").all():
            dates.append(name)
            plain[name] = (pd.to_datetime(train[name]) - pd.Timestamp(0)).dt.days
        elif train[name].isna().any():
            plain[name] = train[name].fillna(train[name].mean())
    plain.to_csv(folder / "plain.csv", index=False)
    request = {"folder": str(folder), "count": count, "seconds": seconds, "seed": seed}
    answer = subprocess.run(  # noqa: S603 - the interpreter that the caller names
        [python, str(_PATH), "--inside", json.dumps(request)], check=True, capture_output=True, text=True
    )
    made = pd.read_csv(folder / "ctgan.csv")
    for name in dates:
        made[name] = pd.to_datetime(made[name], unit="D").dt.strftime("%Y-%m-%d")
    return made[list(train)], float(answer.stdout.split()[-1])


def inside_ctgan(request: dict[str, object]) -> None:
    """Runs in the process of CTGAN: trains for some seconds and writes rows."""
    import torch
    from ctgan import CTGAN

    class TimeIsUpError(Exception):
        """Ends the training between two epochs."""

    folder, seconds = Path(str(request["folder"])), float(str(request["seconds"]))
    train = pd.read_csv(folder / "plain.csv")
    torch.manual_seed(int(str(request["seed"])))
    np.random.seed(int(str(request["seed"])))
    discrete = [name for name in train if train[name].dtype.kind not in "if" or train[name].nunique() <= 2]
    model = CTGAN(epochs=100_000, batch_size=min(500, len(train) // 10 * 10), pac=10)
    start, step = time.perf_counter(), torch.optim.Adam.step

    def timed(self: object, *options: object) -> object:
        if time.perf_counter() - start > seconds:
            raise TimeIsUpError
        return step(self, *options)

    torch.optim.Adam.step = timed
    with contextlib.suppress(TimeIsUpError):
        model.fit(train, discrete)
    model.sample(int(str(request["count"]))).to_csv(folder / "ctgan.csv", index=False)
    print(time.perf_counter() - start)


def compared(name: str, given: argparse.Namespace, seed: int) -> list[dict[str, object]]:
    """The measures of all contestants on a table, one row each."""
    train, test = parts(name, given.rows, seed)
    count = max(len(train), _LEAST_MADE)
    real = train if name in SKLEARN else parts(name, given.rows, seed + 100)[0]
    rows = [{"table": name, "who": "real", "seed": seed, "seconds": 0.0, **measures(real, train, test)}]
    repeated = train.sample(count, replace=True, random_state=seed).reset_index(drop=True)
    rows.append({"table": name, "who": "repeated", "seed": seed, "seconds": 0.0, **measures(repeated, train, test)})
    with tempfile.TemporaryDirectory() as folder:
        made, seconds = made_by_ganreg(train, count, given.steps, seed, Path(folder))
        rows.append({"table": name, "who": "ganreg", "seed": seed, "seconds": seconds, **measures(made, train, test)})
        if given.ctgan:
            made, seconds = made_by_ctgan(given.ctgan, train, count, given.share * seconds, seed, Path(folder))
            scores = measures(made, train, test)
            rows.append({"table": name, "who": "ctgan", "seed": seed, "seconds": seconds, **scores})
    return rows


def main() -> None:
    """Prints a row for each contestant and table: medians over the seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ctgan", help="the Python that has ctgan; without it, ganreg is measured alone")
    parser.add_argument("--tables", nargs="+", default=list(WORLDS), choices=list(WORLDS))
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--steps", type=int, default=3_000)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--share", type=float, default=2.0, help="CTGAN's seconds for each of ganreg's")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        inside_ctgan(json.loads(given.inside))
        return
    for name in given.tables:
        rows = pd.DataFrame([row for seed in range(given.seeds) for row in compared(name, given, seed)])
        medians = rows.groupby(["table", "who"], sort=False)[["seconds", *LOWER]].median()
        print(medians.round(4).to_string(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
