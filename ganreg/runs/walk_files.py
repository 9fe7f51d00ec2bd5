"""Writes a walk through the latents: an animation, a grid of images, or rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ganreg.runs.sample_files import refuse_unfit, write_samples

if TYPE_CHECKING:
    from ganreg.gan import GAN

ANIMATION = ".gif"
"""The suffix of animations."""


def write_walk(
    gan: GAN,
    seeds: Sequence[int],
    path: Path,
    *,
    frames: int,
    closed: bool = False,
    label: int | None = None,
    truncation: float | None = None,
    average: bool = True,
) -> None:
    """Walks from seed to seed and writes the samples, replacing a file whole or not at all.

    Args:
        gan: the GAN.
        seeds: the seeds; see `GAN.walk`.
        path: the file: `.gif` for an animation of images, or another as for `write_samples`.
        frames: the number of samples.
        closed: whether to return to the first seed. Defaults to `False`.
        label: the class of all samples, for a conditional generator. Defaults to the classes that the seeds give.
        truncation: as for `GAN.generate`.
        average: whether to use the moving average of the generator instead of its last iterate. Defaults to `True`.

    Raises:
        DataError: the format does not fit the samples, a value is out of bounds, or there are no latents in the game.
        RunError: the file cannot be written.
    """
    from ganreg.runs import animations

    data = gan.assembly.data
    (animations.refuse_unfit if path.suffix == ANIMATION else refuse_unfit)(path, data)
    walk = gan.walk(seeds, frames=frames, closed=closed, labels=label, truncation=truncation, average=average)
    if path.suffix == ANIMATION:
        animations.write_animation(walk.samples, data, path)
    else:
        write_samples(gan, walk.samples, path, labels=walk.labels)
