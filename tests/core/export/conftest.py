"""A small GAN to export, and folders without ganreg."""

import numpy as np
import pytest

import ganreg
from ganreg import DataSpec


@pytest.fixture(scope="session")
def gan():
    """An untrained conditional GAN of three classes in mixed precision, with samples of shape (2, 2, 1) in 0..255."""
    return ganreg.assemble(
        generator="mlp:latent_dim=3,widths=[8],conditional=true",
        discriminator="mlp:widths=[4],conditional=true",
        loss="hinge",
        data=DataSpec((2, 2, 1), num_classes=3, value_range=(0, 255)),
        precision="mixed_bfloat16",
        batch_size=4,
    )


@pytest.fixture(scope="session")
def translating():
    """An untrained GAN that makes samples of shape (3,) in 0..1 from sources of shape (2,) in 0..4."""
    return ganreg.assemble(
        game="cycle",
        generator="mlp:widths=[4]",
        discriminator="mlp:widths=[4]",
        loss="hinge",
        data=DataSpec((3,), value_range=(0, 1), source=DataSpec((2,), value_range=(0, 4))),
        batch_size=4,
    )


@pytest.fixture(scope="session")
def latents():
    """Five latents and their classes."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(5, 3)).astype(np.float32), np.array([0, 1, 2, 1, 0], np.int32)
