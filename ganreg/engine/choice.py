"""Choosing how to run updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras

from ganreg.data.batches import Batches
from ganreg.engine.execution import Execution
from ganreg.errors import SpecError, did_you_mean

if TYPE_CHECKING:
    from ganreg.engine.gan import GAN

MODES = ("auto", "graph", "xla", "eager")
_LONG = 2000
"""Iterations from which on a few seconds of compilation by XLA pay."""
_IN_FLIGHT = 32 * 2**20
"""Bytes of real samples that one call may hold."""


def choose_execution(
    gan: GAN, batches: Batches, *, iterations: int, mode: str, updates_per_call: int | None
) -> Execution:
    """Chooses how to run, keeping to what was asked for.

    Args:
        gan: what is trained.
        batches: say how large a batch is.
        iterations: how many will run.
        mode: `"auto"` or one of the modes.
        updates_per_call: `None` to choose.

    Raises:
        SpecError: there is no such mode.
    """
    if mode not in MODES:
        raise SpecError(f"there is no execution '{mode}'; {did_you_mean(mode, MODES)}")
    convolves = any(_convolves(model) for model in (gan.generator, gan.discriminator))
    if mode == "auto":
        mode = "xla" if iterations >= _LONG else "graph"
    if updates_per_call is None:
        # On a CPU an XLA loop over convolutions is many times slower than one XLA step.
        updates_per_call = 1 if convolves and mode == "xla" else _fitting(gan, batches)
    return Execution(mode, max(1, min(updates_per_call, iterations)))  # type: ignore[arg-type]


def _fitting(gan: GAN, batches: Batches) -> int:
    batch = gan.assembly.data.size * 4 * batches.batch_size * gan.recipe.schedule.phase(0).batches
    return max(1, min(50, _IN_FLIGHT // batch))


def _convolves(model: keras.Model) -> bool:
    convolutions = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)
    return any(isinstance(layer, convolutions) for layer in model._flatten_layers())
