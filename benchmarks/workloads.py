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
        layers: the number of hidden layers of the perceptrons.
        updates_per_call: the number of updates that one compiled call runs where that is not measured.
        samples: the number of samples in the dataset.
        first: the number of updates before the first timed stretch.
    """

    name: str
    network: str
    shape: tuple[int, ...]
    batch_size: int
    latent_dim: int
    gradient_penalty: bool = False
    updates: int = 1000
    width: int = 16
    layers: int = 2
    updates_per_call: int = 1
    samples: int = 10_240
    first: int = 400

    @property
    def is_points(self) -> bool:
        """Whether the samples are points, for perceptrons, instead of images."""
        return len(self.shape) == 1

    def networks(self) -> tuple[str, str]:
        """Returns the specs of generator and discriminator."""
        latent = f"latent_dim={self.latent_dim}"
        if self.network == "mlp":
            # Small, as in the articles, so that overhead is visible.
            widths = f"widths=[{','.join([str(self.width)] * self.layers)}]"
            return f"mlp:{latent},{widths}", f"mlp:{widths}"
        return f"{self.network}:{latent},width={self.width}", f"{self.network}:width={self.width}"


_DCGAN = Workload("dcgan 28x28", "dcgan", (28, 28, 1), 64, 64, updates=6, width=64, first=20)
WORKLOADS = (
    Workload("mlp 2-D", "mlp", (2,), 256, 16, updates=4000, updates_per_call=200),
    Workload("mlp 2-D + wgan-gp", "mlp", (2,), 256, 16, gradient_penalty=True, updates=4000, updates_per_call=200),
    Workload("mlp 2-D, 3x128", "mlp", (2,), 256, 16, updates=800, width=128, layers=3, updates_per_call=50),
    Workload("dcgan 28x28", "dcgan", (28, 28, 1), 64, 64, updates=6, width=64, first=20),
    Workload(
        "dcgan 28x28 + wgan-gp", "dcgan", (28, 28, 1), 64, 64, gradient_penalty=True, updates=4, width=64, first=20
    ),
    Workload("resnet 32x32", "resnet", (32, 32, 3), 64, 64, updates=2, width=32, first=20),
)

GROWTH = {
    "batch size": [
        attrs.evolve(WORKLOADS[0], name=str(size), batch_size=size, updates=400) for size in (64, 256, 1024, 4096)
    ],
    "width": [attrs.evolve(WORKLOADS[0], name=str(width), width=width, updates=400) for width in (16, 64, 256, 512)],
    "image side": [
        Workload(str(side), "dcgan", (side, side, 3), 32, 64, updates=2, width=32, first=20) for side in (8, 16, 32, 64)
    ],
}
"""Workloads that differ in one number, to measure how the cost of an update grows with it."""


def workload_of(name: str) -> Workload:
    """Returns the workload of a name in tables."""
    return next(workload for workload in WORKLOADS if workload.name == name)
