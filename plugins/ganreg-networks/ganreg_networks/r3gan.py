"""R3GAN's networks (Huang et al., arXiv:2501.05441): a modernized baseline without normalization."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Generator, Problem, parameter
from ganreg_networks.images import image_problems, widths_of
from ganreg_networks.labels import label_input, label_problems, one_hot
from ganreg_networks.layers import LEAK, activated, bounded, refuse

if TYPE_CHECKING:
    import keras

    from ganreg import Assembly

TAPS = (1, 2, 1)
"""The filter of the resampling, as in the authors' code; it interpolates linearly."""


def _group_problems(network: R3ganGenerator | R3ganDiscriminator, component: str) -> Iterator[Problem]:
    if (2 * network.width) % network.group_width or (2 * network.max_width) % network.group_width:
        yield Problem(
            "error",
            f"{component} cannot divide 2·width={2 * network.width} and 2·max_width={2 * network.max_width} channels "
            f"into groups of {network.group_width}",
            "take a group_width that divides both",
        )


@attrs.frozen(kw_only=True)
class R3ganGenerator(Generator):
    """Residual stages without normalization from latents to a square image (Huang et al., arXiv:2501.05441, section 4).

    A linear function of the latents scales a learned basis of the coarsest maps, 4x4 for 32x32 and 64x64. Each
    later stage convolves 1x1 where channels change and doubles the side by linear interpolation. A stage has
    `blocks` inverted bottlenecks: 1x1 to twice the channels, 3x3 in groups of `group_width`, 1x1 back, with biases
    and leaky ReLUs between them and none behind. A 1x1 convolution makes the image, which passes a tanh, scaled to
    the data's `value_range`, where there is one; the authors leave it unbounded.

    First weights keep the signal's size without a norm (fix-up, arXiv:1901.09321): each block's last convolution
    starts at 0, the others are scaled down by the number of blocks L to the power of -1/4. A conditional network
    reads an embedding of the label behind the latents.

    The paper's networks, for 32x32, are `latent_dim=64, width=768, max_width=768, blocks=2, group_width=16`.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to images `[B, H, H, C]`, H divisible by 4.

    Raises:
        AssemblyError: from `build`, for samples of another shape, conditional on data without classes, or where
            groups do not divide the channels.
    """

    latent_dim: int = parameter(64, "numbers in one latent vector", validators.ge(1))
    width: int = parameter(32, "channels of the finest maps; each coarser has twice as many", validators.ge(1))
    max_width: int = parameter(128, "most channels that any map has", validators.ge(1))
    blocks: int = parameter(1, "residual blocks at each resolution; the paper takes 2", validators.ge(1))
    group_width: int = parameter(16, "channels of one group of a 3x3 convolution", validators.ge(1))
    embedding_dim: int = parameter(64, "numbers in the embedding of a label, where conditional", validators.ge(1))

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error where the samples are no fitting images, or groups do not divide the channels."""
        yield from image_problems("generator r3gan", assembly.data)
        yield from _group_problems(self, "generator r3gan")

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see the class."""
        import keras
        from keras import layers

        from ganreg_networks.basis import ScaledBasis
        from ganreg_networks.resampling import Upsampling

        refuse(self._problems(data))
        inputs = vectors = latents = keras.Input((self.latent_dim,), name="latents")
        if self.conditional:
            inputs = [latents, labels := label_input()]
            embedding = layers.Dense(self.embedding_dim, use_bias=False, kernel_initializer=_msr())
            vectors = layers.Concatenate()([latents, embedding(one_hot(labels, data))])
        widths = widths_of(data.shape[0], self.width, self.max_width)
        stages = [*widths, widths[-1]]
        side = data.shape[0] >> len(widths)
        scales = layers.Dense(stages[-1], use_bias=False, kernel_initializer=_msr())(vectors)
        hidden = _stage(ScaledBasis(side)(scales), self, len(stages))
        for width in reversed(widths):
            hidden = Upsampling(TAPS)(_transition(hidden, width))
            hidden = _stage(hidden, self, len(stages))
        image = _pointwise(hidden, data.shape[-1])
        return keras.Model(inputs, bounded(image, data), name="generator")

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from image_problems("generator r3gan", data)
        yield from _group_problems(self, "generator r3gan")
        yield from label_problems("generator r3gan", self.conditional, data)


@attrs.frozen(kw_only=True)
class R3ganDiscriminator(Discriminator):
    """The generator mirrored, from a square image to one logit (Huang et al., arXiv:2501.05441, section 4).

    A 1x1 convolution reads the image. Each stage's residual blocks are the generator's; behind them the side is
    halved by interpolation, then a 1x1 convolution changes the channels. At the coarsest side every channel is
    weighted by a map of its own and summed to one number, which a linear layer reads. What leaves a stage is one of
    the features, the last of them those sums. A conditional network makes a vector instead of a number, and its inner
    product with an embedding of the label is the logit. No layer but those between a block's convolutions has a bias.

    The paper's networks, for 32x32, are `width=768, max_width=768, blocks=2, group_width=16`.

    Shapes: images `[B, H, H, C]`, H divisible by 4 (and labels `[B]`), to logits `[B, 1]`, features `[B, h, h, width]`
    and the last of them `[B, F]`.

    Raises:
        AssemblyError: from `build`, for samples of another shape, conditional on data without classes, or where
            groups do not divide the channels.
    """

    width: int = parameter(32, "channels of the finest maps; each coarser has twice as many", validators.ge(1))
    max_width: int = parameter(128, "most channels that any map has", validators.ge(1))
    blocks: int = parameter(1, "residual blocks at each resolution; the paper takes 2", validators.ge(1))
    group_width: int = parameter(16, "channels of one group of a 3x3 convolution", validators.ge(1))
    embedding_dim: int = parameter(64, "numbers in the embedding of a label, where conditional", validators.ge(1))

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error where the samples are no fitting images, or groups do not divide the channels."""
        yield from image_problems("discriminator r3gan", assembly.data)
        yield from _group_problems(self, "discriminator r3gan")

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see the class."""
        import keras
        from keras import layers

        from ganreg_networks.basis import WeightedSum
        from ganreg_networks.resampling import Downsampling

        refuse(self._problems(data))
        inputs = images = keras.Input(data.shape, name="samples")
        widths = widths_of(data.shape[0], self.width, self.max_width)
        stages = [*widths, widths[-1]]
        hidden = _pointwise(images, widths[0])
        features = []
        for width in stages[1:]:
            hidden = _stage(hidden, self, len(stages))
            features.append(hidden)
            hidden = _transition(Downsampling(TAPS)(hidden), width)
        hidden = _stage(hidden, self, len(stages))
        features += [hidden, WeightedSum()(hidden)]
        if self.conditional:
            inputs = [images, labels := label_input()]
            judged = layers.Dense(self.embedding_dim, use_bias=False, kernel_initializer=_msr())(features[-1])
            embedding = layers.Dense(
                self.embedding_dim, use_bias=False, kernel_initializer=_msr(self.embedding_dim**-0.5)
            )
            logits = layers.Dot(axes=1, name="logits")([judged, embedding(one_hot(labels, data))])
        else:
            logits = layers.Dense(1, use_bias=False, kernel_initializer=_msr(), name="logits")(features[-1])
        return keras.Model(inputs, {"logits": logits, "features": tuple(features)}, name="discriminator")

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from image_problems("discriminator r3gan", data)
        yield from _group_problems(self, "discriminator r3gan")
        yield from label_problems("discriminator r3gan", self.conditional, data)


def _stage(hidden: keras.KerasTensor, network: R3ganGenerator | R3ganDiscriminator, stages: int) -> keras.KerasTensor:
    """The residual blocks at one resolution."""
    for _ in range(network.blocks):
        hidden = _block(hidden, network.group_width, stages * network.blocks)
    return hidden


def _block(hidden: keras.KerasTensor, group_width: int, blocks: int) -> keras.KerasTensor:
    """One inverted bottleneck, `[B, H, W, C]` alike; `blocks` is how many the network has."""
    from keras import layers

    from ganreg_networks.convolution import GroupedConvolution

    width = hidden.shape[-1]
    # Fix-up: L^(-1/(2m-2)) for the m = 3 convolutions of a block.
    gain = _leaky_gain() * blocks**-0.25
    residual = layers.Conv2D(2 * width, 1, kernel_initializer=_msr(gain))(hidden)
    residual = GroupedConvolution(
        2 * width, 3, padding="same", groups=2 * width // group_width, kernel_initializer=_msr(gain)
    )(activated(residual, "leaky-relu"))
    residual = layers.Conv2D(width, 1, use_bias=False, kernel_initializer="zeros")(activated(residual, "leaky-relu"))
    return layers.Add()([hidden, residual])


def _transition(hidden: keras.KerasTensor, width: int) -> keras.KerasTensor:
    return hidden if hidden.shape[-1] == width else _pointwise(hidden, width)


def _pointwise(hidden: keras.KerasTensor, width: int) -> keras.KerasTensor:
    from keras import layers

    return layers.Conv2D(width, 1, use_bias=False, kernel_initializer=_msr())(hidden)


def _leaky_gain() -> float:
    """What a leaky ReLU takes from a signal's deviation, to be made good by the weights before it."""
    return (2 / (1 + LEAK**2)) ** 0.5


def _msr(gain: float = 1.0) -> Any:
    """Normal weights of deviation gain / √fan_in."""
    import keras

    return keras.initializers.VarianceScaling(gain**2, mode="fan_in", distribution="untruncated_normal")
