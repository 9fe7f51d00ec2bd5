"""Prints what the health monitor reports, and when, for healthy trainings and for some that fail on purpose."""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import tempfile
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np

import ganreg
from ganreg.assembling import assemble
from ganreg.contract.callbacks import UpdateCallback
from ganreg.data.arrays import Data
from ganreg.engine.health.monitor import HealthMonitor
from ganreg.gan import GAN


@attrs.frozen
class Case:
    """One training.

    Attributes:
        name: its name in the table.
        recipe: the name of a registered recipe.
        settings: changes to the recipe, as for `--set`; `{table}` stands for a CSV file.
        expected: the name of the expected finding; empty for a healthy training.
        constant: whether all real samples are replaced by the first one.
    """

    name: str
    recipe: str
    settings: Sequence[str] = ()
    expected: str = ""
    constant: bool = False


_OF_THE_ARTICLE = ("minibatch-discrimination", "instance-noise:standard_deviation=0.001", "feature-matching")
_ON_DIGITS = ("dcgan", "lsgan", "wgan-gp", "hinge")

HEALTHY = (
    Case("digits", "digits"),
    *(
        Case(
            " + ".join(["gaussian-1d", *(spec.partition(":")[0] for spec in chosen)]),
            "gaussian-1d",
            [f"regularizers={json.dumps(chosen)}"],
        )
        for count in range(4)
        for chosen in itertools.combinations(_OF_THE_ARTICLE, count)
    ),
    Case("feature-matching", "feature-matching"),
    Case("quadratic", "quadratic"),
    Case("ring", "ring"),
    Case("grid", "grid", ["steps=30000"]),
    *(Case(f"{name} on digits", name, ["dataset=digits", "steps=2000"]) for name in _ON_DIGITS),
    Case("tabular", "tabular", ["dataset=csv:path={table}"]),
)

SICK = (
    Case(
        "D far too strong",
        "quadratic",
        [
            "loss=minimax",
            "steps=6000",
            "schedule.discriminator_steps=5",
            "discriminator_optimizer.learning_rate=0.005",
            "generator_optimizer.learning_rate=0.000001",
        ],
        expected="discriminator-too-strong",
    ),
    Case(
        "G's rate far too high",
        "quadratic",
        ["steps=6000", "generator_optimizer.learning_rate=0.5"],
        expected="generator-unstable",
    ),
    Case(
        "collapse on ring",
        "ring",
        [
            "steps=3000",
            "loss=non-saturating",
            "regularizers=[]",
            "ema_decay=0",
            "learning_rate_decay=none",
            "schedule.mode=alternating",
            "batch_size=16",
            "generator_optimizer=adam:learning_rate=0.001,beta_1=0.9",
            "discriminator_optimizer=adam:learning_rate=0.0001,beta_1=0.9",
        ],
        expected="mode-collapse",
    ),
    Case("constant data", "quadratic", ["steps=2000"], expected="constant-data", constant=True),
)


class _Clock(UpdateCallback):
    """Measures the time that a callback takes."""

    def __init__(self, monitor: HealthMonitor) -> None:
        super().__init__()
        self._monitor = monitor
        self.seconds = 0.0

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self._measured(self._monitor.on_train_begin)

    def on_updates(self, first: int, logs: object) -> None:
        self._measured(self._monitor.on_updates, first, logs)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        self._measured(self._monitor.on_train_end)

    def _measured(self, function: object, *arguments: object) -> None:
        began = time.perf_counter()
        function(*arguments)  # type: ignore[operator]
        self.seconds += time.perf_counter() - began


def write_table(path: Path) -> None:
    """Writes a table of a thousand rows: two numbers, one dependent on the other, and a class that affects both."""
    stream = np.random.default_rng(0)
    classes = stream.choice(["red", "green", "blue"], 1000, p=[0.6, 0.3, 0.1])
    first = np.select([classes == "red", classes == "green"], [0.0, 5.0], -5.0) + stream.normal(size=1000)
    second = np.exp(0.3 * first) + 0.1 * stream.normal(size=1000)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["first", "second", "colour"])
        writer.writerows(zip(first.round(4), second.round(4), classes, strict=True))


def run(case: Case, most: int | None = None) -> tuple[HealthMonitor, str, float, float]:
    """Trains once.

    Returns:
        The monitor, the error that ended the training, the seconds, and the monitor's share of them.
    """
    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch) / "table.csv"
        write_table(table)
        settings = [setting.replace("{table}", str(table)) for setting in case.settings]
        recipe = ganreg.registry().recipe(case.recipe).with_settings(settings)
        recipe = recipe if most is None else recipe.updated(steps=min(most, recipe.steps))
        gan: GAN = assemble(recipe)
        data = gan.load_data()
    if case.constant:
        data = Data(train=np.repeat(data.train[:1], len(data.train), axis=0))
    gan.generate(64, seed=0)  # compiles the generator, as the sample grids of a run do
    monitor = HealthMonitor(gan.players, data.train, steps=recipe.steps)
    clock = _Clock(monitor)
    error = ""
    began = time.perf_counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ganreg.GanregWarning)
            gan.fit(data, steps=recipe.steps, verbose=0, callbacks=[clock])
    except ganreg.NumericalError as numerical:
        error = str(numerical)
    seconds = time.perf_counter() - began
    return monitor, error, seconds, clock.seconds / seconds


def keep(case: Case, monitor: HealthMonitor, folder: Path) -> None:
    """Writes the monitor's snapshots, one JSON object per line, to try other thresholds on them."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(attrs.asdict(snapshot)) for snapshot in monitor.snapshots]
    (folder / f"{case.name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def report(cases: Sequence[Case], folder: Path | None = None, most: int | None = None) -> int:
    """Prints the table and returns the number of trainings with unexpected findings."""
    wrong = 0
    print(f"{'training':78} {'updates':>8} {'s':>6} {'monitor':>8}  reported")
    for case in cases:
        monitor, error, seconds, share = run(case, most)
        if folder is not None:
            keep(case, monitor, folder)
        names = [finding.name for finding in monitor.findings]
        right = case.expected in names if case.expected else not names and not error
        wrong += not right
        done = monitor.snapshots[-1].iteration if monitor.snapshots else 0
        said = [str(finding) for finding in monitor.findings] + [error] * bool(error)
        verdict = "" if right else f"WRONG, expected {case.expected or 'nothing'}: "
        print(
            f"{case.name:78} {done:8} {seconds:6.1f} {share:8.2%}  {verdict}{said[0] if said else 'nothing'}",
            flush=True,
        )
        for line in said[1:]:
            print(f"{'':104}{line}")
    print(f"{len(cases) - wrong} of {len(cases)} as expected")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", nargs="?", choices=["all", "healthy", "sick"], default="all")
    parser.add_argument("--only", nargs="+", help="the names of the trainings to run")
    parser.add_argument("--most", type=int, help="the largest number of iterations of a training")
    parser.add_argument("--keep", type=Path, help="a folder for what the monitor saw")
    arguments = parser.parse_args()
    cases = {"all": (*HEALTHY, *SICK), "healthy": HEALTHY, "sick": SICK}[arguments.which]
    chosen = [case for case in cases if not arguments.only or case.name in arguments.only]
    raise SystemExit(1 if report(chosen, arguments.keep, arguments.most) else 0)


if __name__ == "__main__":
    main()
