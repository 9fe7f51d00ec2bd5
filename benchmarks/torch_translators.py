"""The networks of the benchmarked games in PyTorch, with the same layers as ganreg's."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


def patch_discriminator(channels: int, width: int, layers: int) -> nn.Module:
    """Returns the layers of ganreg's `patch`, without normalisation."""
    stack: list[nn.Module] = []
    for depth in range(layers + 1):
        stride = 2 if depth < layers else 1
        padding: nn.Module = nn.Identity() if stride == 2 else nn.ZeroPad2d((1, 2, 1, 2))
        convolution = nn.Conv2d(channels, width << depth, 4, stride, 1 if stride == 2 else 0)
        stack += [padding, convolution, nn.LeakyReLU(0.2)]
        channels = width << depth
    return nn.Sequential(*stack, nn.ZeroPad2d((1, 2, 1, 2)), nn.Conv2d(channels, 1, 4))


class _UNet(nn.Module):
    def __init__(self, width: int, levels: int) -> None:
        super().__init__()
        widths = [width << level for level in range(levels)]
        self.down = nn.ModuleList()
        channels = 3
        for level, own in enumerate(widths):
            norm = [nn.InstanceNorm2d(own, affine=True)] if level else []
            self.down.append(nn.Sequential(nn.Conv2d(channels, own, 4, 2, 1), *norm, nn.LeakyReLU(0.2)))
            channels = own
        self.up = nn.ModuleList()
        for level in reversed(range(levels - 1)):
            own = widths[level]
            self.up.append(
                nn.Sequential(
                    nn.ConvTranspose2d(channels, own, 4, 2, 1), nn.InstanceNorm2d(own, affine=True), nn.ReLU()
                )
            )
            channels = 2 * own
        self.last = nn.ConvTranspose2d(channels, 3, 4, 2, 1)

    def forward(self, images: Any) -> Any:
        skips = []
        for layer in self.down:
            images = layer(images)
            skips.append(images)
        for layer, skip in zip(self.up, reversed(skips[:-1]), strict=True):
            images = torch.cat([layer(images), skip], 1)
        return torch.tanh(self.last(images))


def u_net(width: int, levels: int) -> nn.Module:
    """Returns the layers of ganreg's `u-net`."""
    return _UNet(width, levels)


class _Residual(nn.Module):
    def __init__(self, width: int, blocks: int) -> None:
        super().__init__()
        wide = 2 * width
        self.start = nn.Sequential(
            nn.Conv2d(3, width, 5, 1, 2), nn.InstanceNorm2d(width, affine=True), nn.ReLU(),
            nn.Conv2d(width, wide, 3, 2, 1), nn.InstanceNorm2d(wide, affine=True), nn.ReLU(),
        )  # fmt: skip
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(wide, wide, 3, 1, 1), nn.InstanceNorm2d(wide, affine=True), nn.ReLU(),
                nn.Conv2d(wide, wide, 3, 1, 1), nn.InstanceNorm2d(wide, affine=True),
            )
            for _ in range(blocks)
        )  # fmt: skip
        self.end = nn.Sequential(
            nn.Upsample(scale_factor=2), nn.Conv2d(wide, width, 3, 1, 1), nn.InstanceNorm2d(width, affine=True),
            nn.ReLU(), nn.Conv2d(width, 3, 5, 1, 2), nn.Tanh(),
        )  # fmt: skip

    def forward(self, images: Any) -> Any:
        start = maps = self.start(images)
        for block in self.blocks:
            maps = maps + block(maps)
        return self.end(maps + start)


def residual_translator(width: int, blocks: int) -> nn.Module:
    """Returns the layers of ganreg's `residual` with one halving and kernels of 5."""
    return _Residual(width, blocks)
