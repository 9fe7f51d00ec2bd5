"""Self-attention GAN (Zhang et al., arXiv:1805.08318): residual networks with attention between pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import attrs
from attrs import validators

from ganreg import DataSpec, Problem, parameter
from ganreg.lazy import keras, lazy_module
from ganreg_networks.grids import grid_problems, layer_of, pyramid
from ganreg_networks.residual import convolved
from ganreg_networks.resnet import ResnetDiscriminator, ResnetGenerator

attention = lazy_module("ganreg_networks.attention")


@attrs.frozen(kw_only=True)
class SelfAttentionGenerator(ResnetGenerator):
    """The generator `resnet` with self-attention at one resolution (Zhang et al., arXiv:1805.08318, section 3).

    It turns maps x into::

        y = x + γ·W_v' Σ_i softmax_i((W_q x_j)·(W_k x_i))·W_v x_i         γ = 0 initially

    Each W is a 1x1 convolution: queries and keys have an eighth of the maps' channels, values half of them. Keys and
    values are max-pooled 2x2; the paper does not mention this, but its authors' code and BigGAN (arXiv:1809.11096) do
    it. In the paper, attention is at 32x32 for images of 128x128, and the networks have `width=64, max_width=1024` and
    spectral normalisation in both players.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to signals `[B, L, C]`, images `[B, H, W, C]` or volumes
    `[B, D, H, W, C]` with a side of at least 4.

    Raises:
        AssemblyError: by `build`, if the samples have another shape, if the longest side of no maps is
            `attention_side`, or if the network is conditional and the data has no classes.
    """

    called: ClassVar[str] = "self-attention"

    attention_side: int | None = parameter(
        None, "longest side of the maps with attention; none uses the middle one", validators.optional(validators.ge(1))
    )

    def _after_block(self, hidden: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
        return attended(hidden) if max(hidden.shape[1:-1]) == _side(self.attention_side, data) else hidden

    def _shape_problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from _problems("generator self-attention", self.attention_side, data)


@attrs.frozen(kw_only=True)
class SelfAttentionDiscriminator(ResnetDiscriminator):
    """The discriminator `resnet` with self-attention at one resolution (Zhang et al., arXiv:1805.08318, section 3).

    The generator `self-attention` gives the formula and the paper's sizes.

    Shapes: signals `[B, L, C]`, images `[B, H, W, C]` or volumes `[B, D, H, W, C]` with a side of at least 4 (and
    labels `[B]`), to logits `[B, 1]`, features `[B, ..., width]` and the last of them `[B, F]`.

    Raises:
        AssemblyError: by `build`, if the samples have another shape, if the longest side of no maps is
            `attention_side`, or if the network is conditional and the data has no classes.
    """

    called: ClassVar[str] = "self-attention"

    attention_side: int | None = parameter(
        None, "longest side of the maps with attention; none uses the middle one", validators.optional(validators.ge(1))
    )

    def _after_block(self, hidden: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
        return attended(hidden) if max(hidden.shape[1:-1]) == _side(self.attention_side, data) else hidden

    def _shape_problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from _problems("discriminator self-attention", self.attention_side, data)


def attended(hidden: keras.KerasTensor) -> keras.KerasTensor:
    """Adds self-attention, which keeps `[B, ..., C]`; see `SelfAttentionGenerator`."""
    channels = hidden.shape[-1]
    queries = convolved(hidden, max(channels // 8, 1), kernel=1, gain=1.0)
    pooling = layer_of("MaxPooling{}D", hidden)
    keys = pooling(2, padding="same")(convolved(hidden, max(channels // 8, 1), kernel=1, gain=1.0))
    values = pooling(2, padding="same")(convolved(hidden, max(channels // 2, 1), kernel=1, gain=1.0))
    mixed = convolved(attention.Attend()([queries, keys, values]), channels, kernel=1, gain=1.0)
    return keras.layers.Add()([hidden, attention.Gate()(mixed)])


def _sides(data: DataSpec) -> list[int]:
    """Returns the longest sides of the maps that both players have, from coarse to fine, without the first and last."""
    _, *between, _ = pyramid(data.shape)
    return [max(sides) for sides in reversed(between)]


def _side(chosen: int | None, data: DataSpec) -> int:
    sides = _sides(data)
    return sides[len(sides) // 2] if chosen is None else chosen


def _problems(component: str, chosen: int | None, data: DataSpec) -> Iterator[Problem]:
    problems = list(grid_problems(component, data))
    yield from problems
    if not any(problem.severity == "error" for problem in problems) and _side(chosen, data) not in _sides(data):
        sides = ", ".join(map(str, _sides(data)))
        yield Problem(
            "error",
            f"{component} has no maps of side attention_side={chosen} for samples of {data}",
            f"use one of {sides}, or none for the middle one",
        )
