"""The workloads, each described once for all contestants."""

from __future__ import annotations

import attrs


@attrs.frozen
class Workload:
    """One training that every contestant runs.

    Attributes:
        name: its name in tables.
        network: the name of the generator and of the discriminator.
        shape: the shape of one sample.
        batch_size: the number of real samples in one update.
        latent_dim: the length of a latent vector.
        gradient_penalty: whether to use WGAN-GP's penalty and loss instead of the non-saturating loss.
        updates: the number of updates in a timed stretch.
        width: the number of hidden units of the perceptrons, or of channels of the finest convolutions.
    """

    name: str
    network: str
    shape: tuple[int, ...]
    batch_size: int
    latent_dim: int
    gradient_penalty: bool = False
    updates: int = 1000
    width: int = 16

    def networks(self) -> tuple[str, str]:
        """Returns the specs of generator and discriminator."""
        latent = f"latent_dim={self.latent_dim}"
        if self.network == "mlp":
            # Small, as in the articles, so that overhead is visible.
            widths = f"widths=[{self.width},{self.width}]"
            return f"mlp:{latent},{widths}", f"mlp:{widths}"
        return f"{self.network}:{latent},width={self.width}", f"{self.network}:width={self.width}"


WORKLOADS = (
    Workload("mlp 2-D", "mlp", (2,), 256, 16, updates=4000),
    Workload("mlp 2-D + wgan-gp", "mlp", (2,), 256, 16, gradient_penalty=True, updates=4000),
    Workload("dcgan 28x28", "dcgan", (28, 28, 1), 64, 64, updates=6, width=64),
    Workload("dcgan 28x28 + wgan-gp", "dcgan", (28, 28, 1), 64, 64, gradient_penalty=True, updates=4, width=64),
    Workload("resnet 32x32", "resnet", (32, 32, 3), 64, 64, updates=2, width=32),
)

GROWTH = {
    "batch size": [
        attrs.evolve(WORKLOADS[0], name=str(size), batch_size=size, updates=400) for size in (64, 256, 1024, 4096)
    ],
    "width": [attrs.evolve(WORKLOADS[0], name=str(width), width=width, updates=400) for width in (16, 64, 256, 512)],
    "image side": [
        Workload(str(side), "dcgan", (side, side, 3), 32, 64, updates=2, width=32) for side in (8, 16, 32, 64)
    ],
}
"""Workloads that differ in one number, to measure how the cost of an update grows with it."""
