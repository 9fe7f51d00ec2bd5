"""The workloads' networks in PyTorch."""

from __future__ import annotations

import itertools

import torch
from torch import nn
from torch.nn import functional
from workloads import Workload

from peers.widths import widths_of


def networks_of(workload: Workload) -> tuple[nn.Module, nn.Module]:
    """Returns the generator and the discriminator of a workload; the discriminator returns logits `[B, 1]`."""
    return {"mlp": _perceptrons, "dcgan": _convolutions, "resnet": _residual}[workload.network](workload)


def _perceptrons(workload: Workload) -> tuple[nn.Module, nn.Module]:
    hidden = [workload.width] * workload.layers

    def stack(inputs: int, activation: type[nn.Module], *options: float) -> list[nn.Module]:
        modules: list[nn.Module] = []
        for fan_in, fan_out in zip([inputs, *hidden[:-1]], hidden, strict=True):
            modules += [_glorot(nn.Linear(fan_in, fan_out)), activation(*options)]
        return modules

    size = workload.shape[0]
    generator = [*stack(workload.latent_dim, nn.ReLU), _glorot(nn.Linear(hidden[-1], size)), nn.Tanh()]
    discriminator = [*stack(size, nn.LeakyReLU, 0.2), _glorot(nn.Linear(hidden[-1], 1))]
    return nn.Sequential(*generator), nn.Sequential(*discriminator)


def _convolutions(workload: Workload) -> tuple[nn.Module, nn.Module]:
    widths, channels = widths_of(workload), workload.shape[-1]
    start = workload.shape[0] >> len(widths)
    generator: list[nn.Module] = [
        _small(nn.Linear(workload.latent_dim, widths[-1] * start * start, bias=False)),
        nn.Unflatten(1, (widths[-1], start, start)),
        nn.BatchNorm2d(widths[-1]),
        nn.ReLU(),
    ]
    for fan_in, fan_out in zip(reversed(widths[1:]), reversed(widths[:-1]), strict=True):
        transposed = _small(nn.ConvTranspose2d(fan_in, fan_out, 4, 2, 1, bias=False))
        generator += [transposed, nn.BatchNorm2d(fan_out), nn.ReLU()]
    generator += [_small(nn.ConvTranspose2d(widths[0], channels, 4, 2, 1)), nn.Tanh()]
    discriminator: list[nn.Module] = []
    for fan_in, fan_out in zip([channels, *widths[:-1]], widths, strict=True):
        discriminator += [_he(nn.Conv2d(fan_in, fan_out, 4, 2, 1)), nn.LeakyReLU(0.2)]
    discriminator += [nn.Flatten(), _he(nn.Linear(widths[-1] * start * start, 1))]
    return nn.Sequential(*generator), nn.Sequential(*discriminator)


def _residual(workload: Workload) -> tuple[nn.Module, nn.Module]:
    widths, channels = widths_of(workload), workload.shape[-1]
    start = workload.shape[0] >> len(widths)
    generator: list[nn.Module] = [
        nn.Linear(workload.latent_dim, widths[-1] * start * start),
        nn.Unflatten(1, (widths[-1], start, start)),
    ]
    for fan_in, fan_out in zip([widths[-1], *reversed(widths[1:])], reversed(widths), strict=True):
        generator.append(_Growing(fan_in, fan_out))
    generator += [nn.BatchNorm2d(widths[0]), nn.ReLU(), _convolution(widths[0], channels), nn.Tanh()]
    blocks: list[nn.Module] = [_First(channels, widths[0])]
    blocks += [_Block(fan_in, fan_out, halve=True) for fan_in, fan_out in itertools.pairwise(widths)]
    return nn.Sequential(*generator), nn.Sequential(
        *blocks, _Block(widths[-1], widths[-1], halve=False), nn.ReLU(), _Sum(), _glorot(nn.Linear(widths[-1], 1))
    )


class _Growing(nn.Module):
    """Doubles the side by nearest neighbours."""

    def __init__(self, fan_in: int, fan_out: int) -> None:
        super().__init__()
        self.norms = nn.ModuleList([nn.BatchNorm2d(fan_in), nn.BatchNorm2d(fan_out)])
        self.convolutions = nn.ModuleList([_convolution(fan_in, fan_out), _convolution(fan_out, fan_out)])
        self.shortcut = nn.Conv2d(fan_in, fan_out, 1)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        residual = functional.interpolate(functional.relu(self.norms[0](hidden)), scale_factor=2)
        residual = functional.relu(self.norms[1](self.convolutions[0](residual)))
        return self.convolutions[1](residual) + functional.interpolate(self.shortcut(hidden), scale_factor=2)


class _First(nn.Module):
    """Halves the side, without a ReLU of the image."""

    def __init__(self, fan_in: int, fan_out: int) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList([_convolution(fan_in, fan_out), _convolution(fan_out, fan_out)])
        self.shortcut = nn.Conv2d(fan_in, fan_out, 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        residual = self.convolutions[1](functional.relu(self.convolutions[0](images)))
        return functional.avg_pool2d(residual, 2) + self.shortcut(functional.avg_pool2d(images, 2))


class _Block(nn.Module):
    """Keeps or halves the side."""

    def __init__(self, fan_in: int, fan_out: int, *, halve: bool) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList([_convolution(fan_in, fan_out), _convolution(fan_out, fan_out)])
        self.shortcut = nn.Conv2d(fan_in, fan_out, 1) if halve else None

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        residual = self.convolutions[1](functional.relu(self.convolutions[0](functional.relu(hidden))))
        if self.shortcut is None:
            return residual + hidden
        return functional.avg_pool2d(residual, 2) + self.shortcut(functional.avg_pool2d(hidden, 2))


class _Sum(nn.Module):
    """Sums over the pixels."""

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return hidden.sum((2, 3))


def _convolution(fan_in: int, fan_out: int) -> nn.Module:
    return _glorot(nn.Conv2d(fan_in, fan_out, 3, padding=1), 2.0**0.5)


def _glorot(module: nn.Module, gain: float = 1.0) -> nn.Module:
    nn.init.xavier_uniform_(module.weight, gain)
    nn.init.zeros_(module.bias)
    return module


def _he(module: nn.Module) -> nn.Module:
    nn.init.kaiming_normal_(module.weight)
    nn.init.zeros_(module.bias)
    return module


def _small(module: nn.Module) -> nn.Module:
    nn.init.normal_(module.weight, std=0.02)
    return module
