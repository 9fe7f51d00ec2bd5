"""Training into a run folder: what `ganreg train` does, for programs too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras

from ganreg.engine.blame import blaming
from ganreg.registry import registry
from ganreg.runs.recording import Checkpoints, MetricsFile, SamplePictures
from ganreg.runs.run import GENERATOR, Run, make_folder, refuse_occupied
from ganreg.runs.saving import checkpoint_manager, recipe_text, save_checkpoint, save_generator, write_text

if TYPE_CHECKING:
    from ganreg.engine.gan import GAN

_ROWS, _PICTURES, _CHECKPOINTS = 200, 20, 10
"""About how many rows, pictures and checkpoints one run makes, unless asked for otherwise."""


def train(
    gan: GAN,
    path: str | Path,
    *,
    steps: int | None = None,
    sample_every: int | None = None,
    checkpoint_every: int | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    execution: str = "auto",
    updates_per_call: int | None = None,
) -> Run:
    """Trains an assembled GAN on its own data set, and keeps everything about it in a folder.

    Args:
        gan: assembled with a data set that can be loaded.
        path: the run's folder; made here.
        steps: iterations of the schedule; the recipe's unless given.
        sample_every: iterations between pictures of samples; a twentieth of the run unless given.
        checkpoint_every: iterations between checkpoints; a tenth of the run unless given.
        callbacks: further Keras callbacks, beside those of plugins.
        execution: `"graph"`, `"xla"`, `"eager"` or `"auto"`.
        updates_per_call: iterations in one compiled call; chosen unless given.

    Returns:
        The run.

    Raises:
        RunError: the folder holds a run already, or cannot be written.
        DataError: the data cannot be used.
        PluginError: a component's or a callback's own code failed.
    """
    path = Path(path)
    refuse_occupied(path)
    text = recipe_text(gan)
    data = gan.load_data()
    steps = gan.recipe.steps if steps is None else steps
    run = Run(path, gan.recipe)
    make_folder(path)
    write_text(path / "recipe.toml", text)
    manager = checkpoint_manager(gan, path)
    pictures = SamplePictures(gan, run, data.train[:2000], sample_every or max(1, steps // _PICTURES))
    recorders = [
        MetricsFile(run.metrics, gan.log_names, max(1, min(50, steps // _ROWS))),
        pictures,
        Checkpoints(gan, manager, checkpoint_every or max(1, steps // _CHECKPOINTS)),
    ]
    gan.fit(
        data,
        steps=steps,
        verbose=0,
        callbacks=[*recorders, *plugin_callbacks(run), *callbacks],
        execution=execution,
        updates_per_call=updates_per_call,
    )
    done = int(gan.iterations)
    pictures.draw(done)
    save_checkpoint(gan, manager)
    save_generator(gan, path / GENERATOR)
    return run


def plugin_callbacks(run: Run) -> list[keras.callbacks.Callback]:
    """The callbacks that plugins hang on a run that starts.

    Raises:
        PluginError: a plugin's hook failed; the message names its distribution.
    """
    found: list[keras.callbacks.Callback] = []
    for implementation in registry().host.manager.hook.ganreg_callbacks.get_hookimpls():
        with blaming(f"plugin {implementation.plugin_name.partition(':')[0]}", "ganreg_callbacks"):
            arguments = [run] if "run" in implementation.argnames else []
            offered: Any = implementation.function(*arguments)
            found.extend(offered or ())
    return found
