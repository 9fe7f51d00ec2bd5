"""All hooks that a ganreg plugin can implement.

A plugin is a module that an entry point of the group `ganreg` names. It implements any of these functions, marked with
`@ganreg.hookimpl`. Importing the module and calling the component hooks must not import TensorFlow: listing stays fast
because a `Component` names its implementation as text.

How hooks change between releases:

- New hooks, and new arguments of hooks, can appear in any release. They break nothing, because an implementation
  declares only the arguments that it needs. A plugin that needs a new one declares this to pip as usual:
  `dependencies = ["ganreg>=0.2"]`.
- Before a hook or an argument is removed, it is deprecated for two minor releases, by `warn_on_impl` or
  `warn_on_impl_args` of its `@hookspec`, with a text such as "'ganreg_x' will be removed in ganreg 0.5; implement
  'ganreg_y'". Until then it keeps working, and the user is warned once, with the name of the distribution.
- A plugin that does not work with a later release declares `ganreg>=0.1,<0.3`. If the installed ganreg is outside the
  declared range (which pip allows, with a warning), the plugin is not imported, and `ganreg plugins` says whether to
  upgrade ganreg or the plugin.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    import click
    import keras

    from ganreg.contract.components import Component
    from ganreg.contract.recipes import Recipe
    from ganreg.contract.run import Run

PROJECT = "ganreg"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def ganreg_generators() -> Iterable[Component]:
    """Offers generators: implementations that subclass `ganreg.Generator`."""


@hookspec
def ganreg_translators() -> Iterable[Component]:
    """Offers translators: implementations that subclass `ganreg.Translator`."""


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
def ganreg_games() -> Iterable[Component]:
    """Offers games: implementations that subclass `ganreg.Game`."""


@hookspec
def ganreg_datasets() -> Iterable[Component]:
    """Offers data sets: implementations that subclass `ganreg.Dataset`."""


@hookspec
def ganreg_metrics() -> Iterable[Component]:
    """Offers metrics: implementations that subclass `ganreg.Metric`."""


@hookspec
def ganreg_extractors() -> Iterable[Component]:
    """Offers feature extractors: implementations that subclass `ganreg.Extractor`."""


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
