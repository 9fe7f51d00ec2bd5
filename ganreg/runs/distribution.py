"""Saves samples of one-dimensional data, so that reports can draw their distribution without the generator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ganreg.data.arrays import Array
from ganreg.files.writing import write_whole

if TYPE_CHECKING:
    from ganreg.gan import GAN

_SAMPLES = 10_000


def save_distribution(gan: GAN, real: Array, path: Path) -> None:
    """Writes `generated` and `real` samples into an `.npz` file; does nothing for data of more than one dimension.

    Args:
        gan: the GAN whose samples are saved.
        real: real samples.
        path: the file.

    Raises:
        RunError: the file cannot be written.
    """
    if gan.assembly.data.size != 1:
        return
    generated = gan.generate(_SAMPLES, seed=gan.recipe.seed)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(file, generated=np.ravel(generated), real=np.ravel(real[:_SAMPLES]))

    write_whole(path, write, durable=False)
