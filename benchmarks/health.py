"""What the health monitor says, and when, of healthy trainings and of some made sick on purpose."""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Sequence

import attrs
import numpy as np

import ganreg
from ganreg.data.arrays import Data
from ganreg.engine.assembly import assemble
from ganreg.engine.callbacks import UpdateCallback
from ganreg.engine.gan import GAN
from ganreg.engine.health.monitor import HealthMonitor


@attrs.frozen
class Case:
    """One training.

    Attributes:
        name: how the table calls it.
        recipe: a registered recipe.
        settings: what is changed in it, as `--set` takes it.
        expected: the finding that there must be; none for a healthy training.
        constant: whether the real samples are all replaced by the first.
    """

    name: str
    recipe: str
    settings: Sequence[str] = ()
    expected: str = ""
    constant: bool = False


HEALTHY = (
    Case("digits", "digits"),
    Case("gaussian-1d", "gaussian-1d"),
    Case("feature-matching", "feature-matching"),
    Case("quadratic", "quadratic"),
    Case("ring", "ring"),
    Case("grid", "grid", ["steps=30000"]),
    Case("dcgan", "dcgan", ["steps=800"]),
    Case("lsgan", "lsgan", ["steps=800"]),
    Case("wgan-gp", "wgan-gp", ["steps=800"]),
    Case("hinge", "hinge", ["steps=800"]),
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
            "schedule.generator_steps=5",
            "generator_optimizer.learning_rate=0.005",
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


def run(case: Case) -> tuple[HealthMonitor, str, float, float]:
    """Trains once; the monitor, the error that ended it, the seconds, and the monitor's share of them."""
    recipe = ganreg.registry().recipe(case.recipe).with_settings(case.settings)
    gan: GAN = assemble(recipe)
    data = gan.load_data()
    if case.constant:
        data = Data(train=np.repeat(data.train[:1], len(data.train), axis=0))
    monitor = HealthMonitor(gan, data.train, steps=recipe.steps)
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


def report(cases: Sequence[Case]) -> int:
    """Prints the table; returns how many trainings were judged wrongly."""
    wrong = 0
    print(f"{'training':24} {'updates':>8} {'s':>6} {'monitor':>8}  what it said")
    for case in cases:
        monitor, error, seconds, share = run(case)
        names = [finding.name for finding in monitor.findings]
        right = case.expected in names if case.expected else not names and not error
        wrong += not right
        done = monitor.looks[-1].iteration if monitor.looks else 0
        said = [str(finding) for finding in monitor.findings] + [error] * bool(error)
        verdict = "" if right else f"WRONG, expected {case.expected or 'nothing'}: "
        print(f"{case.name:24} {done:8} {seconds:6.1f} {share:8.2%}  {verdict}{said[0] if said else 'nothing'}")
        for line in said[1:]:
            print(f"{'':51}{line}")
    print(f"{len(cases) - wrong} of {len(cases)} judged rightly")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", nargs="?", choices=["all", "healthy", "sick"], default="all")
    parser.add_argument("--only", nargs="+", help="names of trainings")
    arguments = parser.parse_args()
    cases = {"all": (*HEALTHY, *SICK), "healthy": HEALTHY, "sick": SICK}[arguments.which]
    chosen = [case for case in cases if not arguments.only or case.name in arguments.only]
    raise SystemExit(1 if report(chosen) else 0)


if __name__ == "__main__":
    main()
