"""`ganreg.train`: trains a GAN, or what a recipe names, into a run folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict, Unpack, overload

import keras

from ganreg.assembling import Choices, assemble
from ganreg.checkpoints.run_folder import folder_for
from ganreg.contract.recipes import Recipe
from ganreg.contract.run import Run
from ganreg.errors import SpecError
from ganreg.gan import GAN
from ganreg.plugins.registry import registry
from ganreg.runs.record import EvaluationPlan, OnNan, Watch
from ganreg.runs.stopping import StopOnSignal
from ganreg.runs.training import train as train_gan


class HowToTrain(TypedDict, total=False):
    """What a run does in addition to the training; see `train`."""

    steps: int | None
    sample_every: int | None
    checkpoint_every: int | None
    checkpoint_minutes: float | None
    keep: int
    callbacks: Sequence[keras.callbacks.Callback]
    execution: str
    updates_per_call: int | None
    on_nan: OnNan
    rollback_factor: float
    rollbacks: int
    health: Watch
    evaluation: EvaluationPlan | None
    verbose: str | int
    stop: StopOnSignal | None


class WhatToTrain(Choices, HowToTrain, total=False):
    """What is trained, and how."""


@overload
def train(
    gan: GAN, path: str | Path | None = None, *, out: str | Path | None = None, **options: Unpack[HowToTrain]
) -> Run: ...


@overload
def train(
    gan: str | Recipe | None = None,
    path: str | Path | None = None,
    *,
    out: str | Path | None = None,
    **options: Unpack[WhatToTrain],
) -> Run: ...


def train(
    gan: GAN | str | Recipe | None = None,
    path: str | Path | None = None,
    *,
    out: str | Path | None = None,
    **options: Unpack[WhatToTrain],
) -> Run:
    """Trains a GAN on its dataset, and keeps everything about the training in a folder.

    `ganreg.train("ring", out="runs/a", batch_size=32)` does what `ganreg train ring --out runs/a --batch-size 32` does.

    Args:
        gan: a GAN that was assembled with a dataset; or the name of a recipe, the path of a TOML file or a `Recipe`,
            which is assembled first. Defaults to the recipe that the installed plugins declare the default.
        path: the run's folder, which is created. Defaults to `runs/NAME`, or the first of `runs/NAME-2` ... that is
            free.
        out: another name for `path`, as on the command line.
        **options: with a recipe, all arguments of `assemble`; and in any case:
            `steps`, iterations of the schedule, which defaults to the recipe's;
            `sample_every`, iterations between sample grids, which defaults to a twentieth of the run;
            `checkpoint_every`, iterations between checkpoints, which defaults to a tenth of the run, or to none if
            `checkpoint_minutes` is given;
            `checkpoint_minutes`, minutes between checkpoints;
            `keep`, the number of checkpoints to keep;
            `callbacks`, Keras callbacks in addition to those of plugins;
            `execution`, `"graph"`, `"xla"`, `"eager"` or `"auto"`;
            `updates_per_call`, iterations in one compiled call, by default chosen automatically;
            `on_nan`, `"stop"` (the default) or `"rollback"`, with `rollback_factor` for both learning rates and at most
            `rollbacks` of them;
            `health`, `"warn"` (the default), `"stop"` or `"off"`;
            `evaluation`, how the run is evaluated during training;
            `verbose`, 0 for no output, 1 for Keras's progress bar, 2 for one line per epoch, or `"auto"` (the default)
            for live progress in a notebook and no output elsewhere;
            `stop`, which handles signals.

    Returns:
        The run.

    Raises:
        SpecError: both `path` and `out` are given, or a GAN and what only a recipe can be assembled with.
        RunError: the folder already holds a run, is in use, or cannot be written.
        DataError: the data cannot be used.
        PluginError: the code of a component or a callback failed.
        NumericalError: a value is not finite and no rollback is possible; the last checkpoint is finite.
        UnhealthyError: the health monitor ended the training.
        StoppedError: a signal arrived.
        GanregError: as `assemble`.
    """
    if path is not None and out is not None:
        raise SpecError("path and out are the same; give one of them")
    folder = path if out is None else out
    how: Any = {name: value for name, value in options.items() if name in HowToTrain.__annotations__}
    what: Any = {name: value for name, value in options.items() if name not in how}
    if not isinstance(gan, GAN):
        if gan is None and what.get("game") is None:
            gan = _default_recipe()
        gan = assemble(gan, **what, steps=how.get("steps"))
    elif what:
        raise SpecError(f"{sorted(what)[0]}= belongs to assemble, but this GAN is assembled already")
    chosen = folder_for(gan.recipe.name, None if folder is None else Path(folder))
    return train_gan(gan, chosen, **how)


def _default_recipe() -> str:
    entry = registry().default("recipe")
    if entry is None:
        raise SpecError("no installed plugin offers a default recipe; give a GAN or a recipe")
    return registry().name_of(entry)
