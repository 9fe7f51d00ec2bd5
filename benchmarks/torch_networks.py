"""The workloads' networks in PyTorch: the same layers as ganreg's `mlp` and `dcgan`."""

from __future__ import annotations

import itertools

from torch import nn
from workloads import CHANNELS, WIDTHS, Workload


def networks_of(workload: Workload) -> tuple[nn.Module, nn.Module]:
    """The generator and the discriminator."""
    return _perceptrons(workload) if workload.network == "mlp" else _convolutions(workload)


def _perceptrons(workload: Workload) -> tuple[nn.Module, nn.Module]:
    size = workload.shape[0]
    generator = [*_hidden(workload.latent_dim, nn.ReLU()), nn.Linear(WIDTHS[-1], size), nn.Tanh()]
    discriminator = [*_hidden(size, nn.LeakyReLU(0.2)), nn.Linear(WIDTHS[-1], 1)]
    return nn.Sequential(*generator), nn.Sequential(*discriminator)


def _hidden(inputs: int, activation: nn.Module) -> list[nn.Module]:
    sizes = (inputs, *WIDTHS)
    pairs = itertools.pairwise(sizes)
    return [layer for fan_in, fan_out in pairs for layer in (nn.Linear(fan_in, fan_out), activation)]


def _convolutions(workload: Workload) -> tuple[nn.Module, nn.Module]:
    side, _, channels = workload.shape
    widths = [CHANNELS[0]]
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
