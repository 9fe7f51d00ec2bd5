"""Fixtures for tests of components, which pytest loads if ganreg is installed.

Importing this module is cheap; TensorFlow is loaded when a fixture first needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ganreg.contract.step import Step
    from ganreg.data.arrays import Array
    from ganreg.testing.tiny import TinyGan

_POINTS = 256
_IMAGES = 64


@pytest.fixture
def points() -> Array:
    """Points around the corners of a square: float32 `[256, 2]`, the same in every test."""
    import numpy as np

    stream = np.random.default_rng(0)
    corners = stream.choice([-1.0, 1.0], size=(_POINTS, 2))
    return (corners + 0.1 * stream.normal(size=corners.shape)).astype(np.float32)


@pytest.fixture
def images() -> Array:
    """Grey images of a bright square at random places: float32 `[64, 8, 8, 1]` in -1..1, the same in every test."""
    import numpy as np

    stream = np.random.default_rng(0)
    made = np.full((_IMAGES, 8, 8, 1), -1.0, np.float32)
    for image, (row, column) in zip(made, stream.integers(0, 5, size=(_IMAGES, 2)), strict=True):
        image[row : row + 4, column : column + 4] = 1.0
    return made


@pytest.fixture
def tiny_gan() -> TinyGan:
    """A GAN of two dense networks on points in the plane, to be trained on `points`.

    Calling it creates another one with given components or data: `tiny_gan(regularizers=[Mine()])`, or
    `tiny_gan(data=DataSpec((8, 8, 1), value_range=(-1, 1)))` for `images`. See `ganreg.testing.tiny_gan`.
    """
    from ganreg.testing.tiny import tiny_gan as make

    return make()


@pytest.fixture
def discriminator_step(points: Array) -> Callable[..., Step]:
    """Creates a step of the discriminator like `ganreg.testing.discriminator_step`, but all arguments are optional.

    Defaults to a tiny dense discriminator, `points` as real samples, and normal noise as generated samples.
    """
    import numpy as np

    from ganreg.testing.steps import discriminator_step as make

    def make_step(discriminator: Any = None, *, real: Any = None, fake: Any = None, **options: Any) -> Step:
        from ganreg.data.spec import DataSpec
        from ganreg.testing.reference import ReferenceDiscriminator

        real = points[:8] if real is None else real
        fake = np.random.default_rng(1).normal(size=np.shape(real)) if fake is None else fake
        if discriminator is None:
            discriminator = ReferenceDiscriminator().build(DataSpec(np.shape(real)[1:]))
        return make(discriminator, real=real, fake=fake, **options)

    return make_step
