"""Every hook that a ganreg plugin can implement.

A plugin is a module named by an entry point of the group `ganreg`. It implements any of these functions, marked
with `@ganreg.hookimpl`. Importing it, and calling the component hooks, must not import TensorFlow: listing stays
fast because a `Component` names its implementation as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    import click
    import keras

    from ganreg.components import Component
    from ganreg.recipes import Recipe
    from ganreg.runs.run import Run

PROJECT = "ganreg"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def ganreg_generators() -> Iterable[Component]:
    """Offers generators: implementations that subclass `ganreg.Generator`."""


@hookspec
def ganreg_discriminators() -> Iterable[Component]:
    """Offers discriminators: implementations that subclass `ganreg.Discriminator`."""


@hookspec
def ganreg_losses() -> Iterable[Component]:
    """Offers losses: implementations that subclass `ganreg.Loss`."""


@hookspec
def ganreg_regularizers() -> Iterable[Component]:
    """Offers regularizers: implementations that subclass `ganreg.Regularizer`."""


@hookspec
def ganreg_datasets() -> Iterable[Component]:
    """Offers data sets: implementations that subclass `ganreg.Dataset`."""


@hookspec
def ganreg_metrics() -> Iterable[Component]:
    """Offers metrics: implementations that subclass `ganreg.Metric`."""


@hookspec
def ganreg_recipes() -> Iterable[Recipe]:
    """Offers whole combinations, ready to train by name."""


@hookspec
def ganreg_callbacks(run: Run) -> Iterable[keras.callbacks.Callback]:
    """Returns Keras callbacks for a run that starts; an experiment tracker hangs on here.

    Args:
        run: the run, with its folder (`run.path`) and its complete recipe (`run.recipe`).
    """


@hookspec
def ganreg_commands(cli: click.Group) -> None:
    """Adds commands to the `ganreg` command line, with `@cli.command()`."""
