"""Plugins made in memory, for registries of the tests' own, and folders as runs and comparisons leave them."""

from __future__ import annotations

import csv
import shutil
import types

import attrs
import numpy as np
import pytest

from ganreg import Component, hookimpl
from ganreg.installed import EntryPoint
from ganreg.judging.scores import Score
from ganreg.recipes import Recipe
from ganreg.registry import build_registry
from ganreg.trials.axes import Axis
from ganreg.trials.comparison import trials_of
from ganreg.trials.plan import Plan


def make_plugin(**hooks):
    """A module whose hooks return what is given, or are the given functions."""
    plugin = types.ModuleType("made_in_memory")
    for name, offered in hooks.items():
        setattr(plugin, name, hookimpl(offered if callable(offered) else _returning(offered)))
    return plugin


def _returning(value):
    def hook():
        return value

    return hook


@pytest.fixture
def point():
    """Makes an entry point: `point("acme-gan", ganreg_losses=[...])`, or with `load=` of its own."""

    def make(distribution, *, name=None, version="1.0", load=None, **hooks):
        plugin = make_plugin(**hooks)
        return EntryPoint(name or distribution, distribution, version, load or (lambda: plugin))

    return make


@pytest.fixture
def hinge():
    return Component("hinge", "made_in_memory:Hinge", "a margin", paper="arXiv:1705.02894")


@pytest.fixture
def make_registry():
    """Makes a registry of the given entry points, untouched by the environment."""

    def make(*points, disabled=frozenset(), strict=False):
        return build_registry(points, disabled=disabled, strict=strict)

    return make


NASTY = "<script>alert(1)</script>"
"""What a component of a stranger's may be called."""

LOGS = ("discriminator_loss", "generator_loss", "real_accuracy", "discriminator/r1", "generator_gradient_norm")


def write_metrics(path, rows=60, seed=0, names=LOGS):
    """Writes `metrics.csv`; the values of a row are its iteration divided by 10, plus the column's number."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["iteration", *names])
        for row in range(1, rows + 1):
            writer.writerow([5 * row, *(f"{row / 10 + column + 0.01 * seed:.9g}" for column in range(len(names)))])


def write_pictures(folder, iterations):
    """Writes pictures of 96 x 80 pixels, each of one colour."""
    from matplotlib.image import imsave

    folder.mkdir(parents=True, exist_ok=True)
    for place, iteration in enumerate(iterations):
        shade = (40 + 50 * place) % 256
        imsave(folder / f"{iteration:08d}.png", np.full((80, 96, 3), shade, np.uint8))


def write_run(path, *, name="quadratic", finished=True, loss="hinge", pictures=(50, 100, 200, 300)):
    """Writes a run's folder."""
    path.mkdir(parents=True, exist_ok=True)
    recipe = Recipe(name=name, loss={"name": loss, "margin": 2}, regularizers=["r1:weight=0.5"], steps=300)
    text = recipe.to_toml() + '\n[data]\nshape = [2]\n\n[plugins]\nganreg = "0.1"\nacme-gan = "2.5"\n'
    (path / "recipe.toml").write_text(text)
    result = '\n[result]\niterations = 300\nweights = "abc123"\nseconds = 12.5\n' if finished else ""
    (path / "run.toml").write_text(
        "[plan]\nsteps = 300\n\n[conditions]\nthreads = 2\n\n[conditions.data]\nsamples = 64\n\n[conditions.versions]\n"
        'tensorflow = "2.21.0"\nacme-gan = "2.5"\n\n[execution]\nmode = "graph"\nupdates_per_call = 50\n' + result
    )
    write_metrics(path / "metrics.csv")
    write_pictures(path / "samples", pictures)
    return path


@pytest.fixture
def draw_pictures():
    """Writes pictures of one colour: `draw_pictures(folder, iterations)`."""
    return write_pictures


@pytest.fixture
def run_folder(tmp_path):
    """The folder of a run that has done its 300 iterations."""
    return write_run(tmp_path / "run")


def make_plan():
    """Two by two combinations of three seeds; one data set is called as none should be."""
    return Plan(
        recipes=[Recipe(name="gaussian", steps=300)],
        axes=[Axis("loss", "loss", ("hinge", "wasserstein")), Axis("dataset", "dataset", ("bell", NASTY))],
        seeds=(0, 1, 2),
        metrics=("moments",),
    )


def write_comparison(folder, plan=None):
    """Writes a comparison's folder: scores are 1 for the loss's place, 2 for the data set's, 0.1 for the seed's."""
    plan = plan or make_plan()
    folder.mkdir(parents=True)
    plan.write(folder)
    real = np.random.default_rng(0).normal(4, 0.5, 4000)
    for trial in trials_of(plan, folder):
        places = [axis.alternatives.index(trial.axes[axis.name]) for axis in plan.axes]
        value = places[0] + 2 * places[1] + 0.1 * trial.seed
        trial.path.mkdir(parents=True)
        state = {4: "diverged", 9: "failed"}.get(trial.number, "finished")
        scored = state == "finished"
        if state != "failed":
            write_metrics(trial.path / "metrics.csv", seed=trial.seed)
            write_pictures(trial.path / "samples", (150, 300))
        if scored:
            generated = np.random.default_rng(trial.seed).normal(3.5 + 0.2 * sum(places), 0.5, 3000)
            np.savez(trial.path / "samples.npz", generated=generated, real=real)
        attrs.evolve(
            trial,
            state=state,
            scores=[
                Score("moments", "moments", value, 0.01, 0.02, "pixels", 1000, 1000, True),
                Score("kolmogorov-smirnov", "share", 10 - value, None, None, "pixels", 1000, 1000, False),
            ]
            if scored
            else [],
            error=None if scored else f"penalty {NASTY} became NaN at update 12",
            seconds=2.5,
            iterations=300 if scored else 12,
        ).write()
    return folder


@pytest.fixture(scope="session")
def written_comparison(tmp_path_factory):
    """The folder of a comparison of twelve trials, of which one diverged and one failed; to be left as it is."""
    return write_comparison(tmp_path_factory.mktemp("comparisons") / "comparison")


@pytest.fixture
def comparison_folder(written_comparison, tmp_path):
    """A copy of it."""
    return shutil.copytree(written_comparison, tmp_path / "comparison")
