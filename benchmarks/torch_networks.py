"""The workloads' networks in PyTorch, with the same layers as ganreg's `mlp` and `dcgan`."""

from __future__ import annotations

import itertools

from torch import nn
from workloads import Workload


def networks_of(workload: Workload) -> tuple[nn.Module, nn.Module]:
    """Returns the generator and the discriminator.

    Raises:
        ImportError: there is no PyTorch version of the workload's networks.
    """
    makers = {"mlp": _perceptrons, "dcgan": _convolutions}
    if workload.network not in makers:
        raise ImportError(f"there is no PyTorch version of {workload.network}")
    return makers[workload.network](workload)


def _perceptrons(workload: Workload) -> tuple[nn.Module, nn.Module]:
    size = workload.shape[0]
    width = workload.width
    generator = [*_hidden(workload.latent_dim, width, nn.ReLU()), nn.Linear(width, size), nn.Tanh()]
    discriminator = [*_hidden(size, width, nn.LeakyReLU(0.2)), nn.Linear(width, 1)]
    return nn.Sequential(*generator), nn.Sequential(*discriminator)


def _hidden(inputs: int, width: int, activation: nn.Module) -> list[nn.Module]:
    sizes = (inputs, width, width)
    pairs = itertools.pairwise(sizes)
    return [layer for fan_in, fan_out in pairs for layer in (nn.Linear(fan_in, fan_out), activation)]


def _convolutions(workload: Workload) -> tuple[nn.Module, nn.Module]:
    side, _, channels = workload.shape
    widths = [workload.width]
    while side >> (len(widths) + 1) >= 4 or len(widths) < 2:
        widths.append(min(512, widths[-1] * 2))
    start = side >> len(widths)
    generator: list[nn.Module] = [
        nn.Linear(workload.latent_dim, widths[-1] * start * start, bias=False),
        nn.Unflatten(1, (widths[-1], start, start)),
        nn.BatchNorm2d(widths[-1]),
        nn.ReLU(),
    ]
    for fan_in, fan_out in zip(reversed(widths[1:]), reversed(widths[:-1]), strict=True):
        generator += [
            nn.ConvTranspose2d(fan_in, fan_out, 4, 2, 1, bias=False),
            nn.BatchNorm2d(fan_out),
            nn.ReLU(),
        ]
    generator += [nn.ConvTranspose2d(widths[0], channels, 4, 2, 1), nn.Tanh()]
    discriminator: list[nn.Module] = []
    for fan_in, fan_out in zip([channels, *widths[:-1]], widths, strict=True):
        discriminator += [nn.Conv2d(fan_in, fan_out, 4, 2, 1), nn.LeakyReLU(0.2)]
    discriminator += [nn.Flatten(), nn.Linear(widths[-1] * start * start, 1)]
    return nn.Sequential(*generator), nn.Sequential(*discriminator)
