"""Comparisons that are small enough to train here, and workers that run their trials in this process."""

import os
from concurrent.futures import Future
from contextlib import contextmanager
from types import SimpleNamespace

import attrs
import keras
import pytest
import tensorflow as tf

from ganreg.comparison import comparing
from ganreg.comparison.comparing import compare
from ganreg.comparison.plan import Plan
from ganreg.comparison.trials import Comparison
from ganreg.comparison.workers import WorkerDiedError
from ganreg.files.lock import locked

SMALL = {
    "datasets": ["gaussian-1d:samples=200"],
    "generators": ["mlp:latent_dim=1,widths=[8]"],
    "discriminators": ["mlp:widths=[8]"],
    "metrics": ["kolmogorov-smirnov:bootstrap=2"],
    "samples": 50,
    "steps": 30,
    "seeds": 2,
}


def make_plan(**options):
    return Plan.of(["gaussian-1d"], **SMALL | options)


class Here:
    """Workers whose calls run in this process, one at a time.

    Args:
        deaths: how many calls for a trial end as if their process was killed, by the number of the trial.
        pace: the seconds that an iteration takes by `clock`. Defaults to leaving the measured times as they are.
    """

    jobs = 1

    def __init__(self, deaths=None, pace=None):
        self.deaths, self.pace, self.clock, self.called = dict(deaths or {}), pace, 0.0, []

    def submit(self, function, task):
        future = Future()
        self.called.append((task.trial.number, task.steps))
        if self.deaths.get(task.trial.number, 0) > 0:
            self.deaths[task.trial.number] -= 1
            future.set_exception(WorkerDiedError("killed"))
        else:
            try:
                trial = function(task)
            except Exception as error:  # noqa: BLE001 - it belongs to the caller
                future.set_exception(error)
            else:
                future.set_result(trial if self.pace is None else self._timed(trial, task))
        return future

    def _timed(self, trial, task):
        self.clock += self.pace * (trial.iterations - task.trial.iterations)
        trial = attrs.evolve(trial, pace=self.pace, overhead=0.0, seconds=self.pace * trial.iterations)
        trial.write()
        return trial


def install(workers, patch):
    """Makes comparisons use the given workers, and keeps trials from changing the state of this process."""

    @contextmanager
    def started(**_):
        yield workers

    patch.setattr(comparing, "started_workers", started)
    patch.setattr(keras.backend, "clear_session", lambda: None)
    for name in ("set_intra_op_parallelism_threads", "set_inter_op_parallelism_threads"):
        patch.setattr(tf.config.threading, name, lambda _: None)
    if workers.pace is not None:
        patch.setattr(comparing, "time", SimpleNamespace(monotonic=lambda: workers.clock))
    return workers


@pytest.fixture
def install_workers(monkeypatch):
    """Makes comparisons use the given workers: `install_workers(workers)`; returns them."""
    return lambda workers: install(workers, monkeypatch)


@pytest.fixture
def here(install_workers):
    """Makes comparisons run in this process: `here()`, `here(deaths={1: 2})` or `here(pace=10.0)`; returns `Here`."""
    return lambda **options: install_workers(Here(**options))


@pytest.fixture(scope="session")
def small_plan():
    """Makes a plan that trains in seconds: `small_plan(losses=["hinge"])`."""
    return make_plan


@pytest.fixture(scope="session")
def two_losses():
    """A small plan of two losses and two seeds."""
    return make_plan(losses=["non-saturating", "hinge"])


@pytest.fixture(scope="session")
def once(two_losses, tmp_path_factory):
    """The comparison of `two_losses`, run by the first test process that asks; not to be changed."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "once" / "comparison"
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder.parent, wait=True), pytest.MonkeyPatch.context() as patch:
        if (folder / "results.csv").exists():  # a test of the other process may hold the comparison itself
            return Comparison.read(folder)
        install(Here(), patch)
        return compare(two_losses, folder)
