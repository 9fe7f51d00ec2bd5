"""The workloads that are timed, each described once for all contestants."""

from __future__ import annotations

import attrs


@attrs.frozen
class Workload:
    """One training that every contestant runs.

    Attributes:
        name: how the table calls it.
        network: `"mlp"` or `"dcgan"`.
        shape: of one sample.
        batch_size: real samples in one update.
        latent_dim: numbers in one latent vector.
        gradient_penalty: whether WGAN-GP's penalty and loss are used, rather than the non-saturating loss.
        updates: how many are timed at a stretch.
    """

    name: str
    network: str
    shape: tuple[int, ...]
    batch_size: int
    latent_dim: int
    gradient_penalty: bool = False
    updates: int = 1000


WORKLOADS = (
    Workload("mlp 2-D", "mlp", (2,), 256, 16, updates=1000),
    Workload("mlp 2-D + wgan-gp", "mlp", (2,), 256, 16, gradient_penalty=True, updates=500),
    Workload("dcgan 28x28", "dcgan", (28, 28, 1), 64, 64, updates=10),
    Workload("dcgan 28x28 + wgan-gp", "dcgan", (28, 28, 1), 64, 64, gradient_penalty=True, updates=6),
    Workload("dcgan 32x32", "dcgan", (32, 32, 3), 64, 64, updates=6),
)

WIDTHS = (16, 16)
"""Hidden units of the perceptrons: small, as in the articles, so that overhead shows."""

CHANNELS = (64, 128)
"""Channels of the convolutional pair on 28x28, fine to coarse."""
