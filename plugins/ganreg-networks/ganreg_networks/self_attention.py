"""Self-attention GAN (Zhang et al., arXiv:1805.08318): residual networks whose pixels look at each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import DataSpec, Problem, parameter
from ganreg_networks.images import image_problems, widths_of
from ganreg_networks.residual import convolved
from ganreg_networks.resnet import ResnetDiscriminator, ResnetGenerator

if TYPE_CHECKING:
    import keras


@attrs.frozen(kw_only=True)
class SelfAttentionGenerator(ResnetGenerator):
    """The generator `resnet` with self-attention at one resolution (Zhang et al., arXiv:1805.08318, section 3).

    Maps x become::

        y = x + γ·W_v' Σ_i softmax_i((W_q x_j)·(W_k x_i))·W_v x_i         γ = 0 at first

    W are 1x1 convolutions: queries and keys have an eighth of the maps' channels, values half. Keys and values are
    max-pooled 2x2, which the paper leaves out and its authors' code and BigGAN (arXiv:1809.11096) have. The paper's
    attention is at 32x32 for images of 128x128, its networks have `width=64, max_width=1024` and spectral
    normalization on both sides.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to images `[B, H, H, C]`, H divisible by 4.

    Raises:
        AssemblyError: from `build`, for samples of another shape, where no maps have the side `attention_side`, or
            conditional on data without classes.
    """

    called: ClassVar[str] = "self-attention"

    attention_side: int | None = parameter(
        None, "side of the maps with attention; none for the middle one", validators.optional(validators.ge(1))
    )

    def _after_block(self, hidden: keras.KerasTensor, side: int, data: DataSpec) -> keras.KerasTensor:
        return attended(hidden) if side == _side(self.attention_side, data) else hidden

    def _shape_problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from _problems("generator self-attention", self.attention_side, data)


@attrs.frozen(kw_only=True)
class SelfAttentionDiscriminator(ResnetDiscriminator):
    """The discriminator `resnet` with self-attention at one resolution (Zhang et al., arXiv:1805.08318, section 3).

    The formula, and what the paper's sizes are, is with the generator of this name.

    Shapes: images `[B, H, H, C]`, H divisible by 4 (and labels `[B]`), to logits `[B, 1]`, features `[B, h, h, width]`
    and the last of them `[B, F]`.

    Raises:
        AssemblyError: from `build`, for samples of another shape, where no maps have the side `attention_side`, or
            conditional on data without classes.
    """

    called: ClassVar[str] = "self-attention"

    attention_side: int | None = parameter(
        None, "side of the maps with attention; none for the middle one", validators.optional(validators.ge(1))
    )

    def _after_block(self, hidden: keras.KerasTensor, side: int, data: DataSpec) -> keras.KerasTensor:
        return attended(hidden) if side == _side(self.attention_side, data) else hidden

    def _shape_problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from _problems("discriminator self-attention", self.attention_side, data)


def attended(hidden: keras.KerasTensor) -> keras.KerasTensor:
    """Adds γ times what each pixel attends to, `[B, H, W, C]` alike; see `SelfAttentionGenerator`."""
    from keras import layers

    from ganreg_networks.attention import Attend, Gate

    channels = hidden.shape[-1]
    queries = convolved(hidden, max(channels // 8, 1), kernel=1, gain=1.0)
    keys = layers.MaxPooling2D(2, padding="same")(convolved(hidden, max(channels // 8, 1), kernel=1, gain=1.0))
    values = layers.MaxPooling2D(2, padding="same")(convolved(hidden, max(channels // 2, 1), kernel=1, gain=1.0))
    mixed = convolved(Attend()([queries, keys, values]), channels, kernel=1, gain=1.0)
    return layers.Add()([hidden, Gate()(mixed)])


def _sides(data: DataSpec) -> list[int]:
    """The sides that both players' maps have between the coarsest and the image, coarse to fine."""
    halvings = len(widths_of(data.shape[0], 1, 1))
    return [data.shape[0] >> depth for depth in range(halvings - 1, 0, -1)]


def _side(chosen: int | None, data: DataSpec) -> int:
    sides = _sides(data)
    return sides[len(sides) // 2] if chosen is None else chosen


def _problems(component: str, chosen: int | None, data: DataSpec) -> Iterator[Problem]:
    problems = list(image_problems(component, data))
    yield from problems
    if not problems and _side(chosen, data) not in _sides(data):
        sides = ", ".join(map(str, _sides(data)))
        yield Problem(
            "error",
            f"{component} has no maps of side attention_side={chosen} for images of {data}",
            f"take one of {sides}, or none for the middle one",
        )
