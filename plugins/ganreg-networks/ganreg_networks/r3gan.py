"""R3GAN's networks (Huang et al., arXiv:2501.05441): a modernised baseline without normalisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Generator, Problem, parameter
from ganreg.lazy import keras, lazy_module
from ganreg_networks.grids import widths_of
from ganreg_networks.images import exact_pyramid, image_problems
from ganreg_networks.labels import label_input, label_problems, one_hot
from ganreg_networks.layers import LEAK, activated, bounded, refuse

if TYPE_CHECKING:
    from ganreg import Assembly

basis = lazy_module("ganreg_networks.basis")
convolution = lazy_module("ganreg_networks.convolution")
resampling = lazy_module("ganreg_networks.resampling")

TAPS = (1, 3, 3, 1)
"""The filter for resampling. The authors' code gives (1, 2, 1), which it convolves with (1, 1)."""


def _group_problems(network: R3ganGenerator | R3ganDiscriminator, component: str) -> Iterator[Problem]:
    if (2 * network.width) % network.group_width or (2 * network.max_width) % network.group_width:
        yield Problem(
            "error",
            f"{component} cannot divide 2·width={2 * network.width} and 2·max_width={2 * network.max_width} channels "
            f"into groups of {network.group_width}",
            "use a group_width that divides both",
        )


@attrs.frozen(kw_only=True)
class R3ganGenerator(Generator):
    """Residual stages without normalisation from latents to an image (Huang et al., arXiv:2501.05441, section 3).

    A linear function of the latents scales a learned basis of the coarsest maps, 4x4 for 32x32 and 64x64. Each of the
    following stages applies a 1x1 convolution if the channels change, and doubles the sides by linear interpolation. A
    stage has `blocks` inverted bottlenecks: 1x1 to twice the channels, 3x3 in groups of `group_width` and 1x1 back,
    with biases and leaky ReLUs between the convolutions but not after the last. A 1x1 convolution gives the image,
    which passes through a tanh scaled to the data's `value_range` if there is one; the authors leave it unbounded.

    The initial weights preserve the signal's variance without normalisation (Fixup, arXiv:1901.09321): the last
    convolution of each block is initialised to 0, and the others are scaled by L^(-1/4) for L blocks. A conditional
    network reads the latents with an embedding of the label appended.

    The paper's networks for 32x32 are `latent_dim=64, width=768, max_width=768, blocks=2, group_width=16`.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to images `[B, H, W, C]` with sides divisible by 4.

    Raises:
        AssemblyError: by `build`, if the samples have another shape, if the network is conditional and the data has no
            classes, or if the channels cannot be divided into such groups.
    """

    latent_dim: int = parameter(64, "dimension of the latents", validators.ge(1), search=(16, 256, "log"))
    width: int = parameter(
        32,
        "channels of the finest maps, doubled at each coarser resolution",
        validators.ge(1),
        search=[16, 32, 64, 128],
    )
    max_width: int = parameter(128, "maximum number of channels", validators.ge(1))
    blocks: int = parameter(1, "residual blocks at each resolution; the paper uses 2", validators.ge(1), search=(1, 2))
    group_width: int = parameter(16, "channels in each group of the 3x3 convolutions", validators.ge(1))
    embedding_dim: int = parameter(64, "dimension of the label embedding if conditional", validators.ge(1))

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error if the samples are not images with sides divisible by 4, or the groups do not fit."""
        yield from image_problems("generator r3gan", assembly.data)
        yield from _group_problems(self, "generator r3gan")

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(data))
        inputs = vectors = latents = keras.Input((self.latent_dim,), name="latents")
        if self.conditional:
            inputs = [latents, labels := label_input()]
            embedding = keras.layers.Dense(self.embedding_dim, use_bias=False, kernel_initializer=_msr())
            vectors = keras.layers.Concatenate()([latents, embedding(one_hot(labels, data))])
        *finer, coarsest = exact_pyramid(data.shape)
        widths = widths_of(len(finer), self.width, self.max_width)
        stages = [*widths, widths[-1]]
        scales = keras.layers.Dense(stages[-1], use_bias=False, kernel_initializer=_msr())(vectors)
        hidden = _stage(basis.ScaledBasis(coarsest)(scales), self, len(stages))
        for width in reversed(widths):
            hidden = resampling.Upsampling(TAPS)(_transition(hidden, width))
            hidden = _stage(hidden, self, len(stages))
        image = _pointwise(hidden, data.shape[-1])
        return keras.Model(inputs, bounded(image, data), name="generator")

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from image_problems("generator r3gan", data)
        yield from _group_problems(self, "generator r3gan")
        yield from label_problems("generator r3gan", self.conditional, data)


@attrs.frozen(kw_only=True)
class R3ganDiscriminator(Discriminator):
    """The generator mirrored, from an image to one logit (Huang et al., arXiv:2501.05441, section 3).

    A 1x1 convolution reads the image. Each stage has the generator's residual blocks; after them the sides are halved
    by interpolation and a 1x1 convolution changes the channels. At the coarsest resolution each channel is summed with
    learned weights, and a linear layer reads the sums. The outputs of the stages and, last, these sums are the
    features. In a conditional network the linear layer gives a vector, and its inner product with an embedding of the
    label is the logit. Only the first two convolutions of a block have biases.

    The paper's networks for 32x32 are `width=768, max_width=768, blocks=2, group_width=16`.

    Shapes: images `[B, H, W, C]` with sides divisible by 4 (and labels `[B]`), to logits `[B, 1]`, features
    `[B, h, w, width]` and the last of them `[B, F]`.

    Raises:
        AssemblyError: by `build`, if the samples have another shape, if the network is conditional and the data has no
            classes, or if the channels cannot be divided into such groups.
    """

    width: int = parameter(
        32,
        "channels of the finest maps, doubled at each coarser resolution",
        validators.ge(1),
        search=[16, 32, 64, 128],
    )
    max_width: int = parameter(128, "maximum number of channels", validators.ge(1))
    blocks: int = parameter(1, "residual blocks at each resolution; the paper uses 2", validators.ge(1), search=(1, 2))
    group_width: int = parameter(16, "channels in each group of the 3x3 convolutions", validators.ge(1))
    embedding_dim: int = parameter(64, "dimension of the label embedding if conditional", validators.ge(1))

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error if the samples are not images with sides divisible by 4, or the groups do not fit."""
        yield from image_problems("discriminator r3gan", assembly.data)
        yield from _group_problems(self, "discriminator r3gan")

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(data))
        inputs = images = keras.Input(data.shape, name="samples")
        widths = widths_of(len(exact_pyramid(data.shape)) - 1, self.width, self.max_width)
        stages = [*widths, widths[-1]]
        hidden = _pointwise(images, widths[0])
        features = []
        for width in stages[1:]:
            hidden = _stage(hidden, self, len(stages))
            features.append(hidden)
            hidden = _transition(resampling.Downsampling(TAPS)(hidden), width)
        hidden = _stage(hidden, self, len(stages))
        features += [hidden, basis.WeightedSum()(hidden)]
        if self.conditional:
            inputs = [images, labels := label_input()]
            projected = keras.layers.Dense(self.embedding_dim, use_bias=False, kernel_initializer=_msr())(features[-1])
            embedding = keras.layers.Dense(
                self.embedding_dim, use_bias=False, kernel_initializer=_msr(self.embedding_dim**-0.5)
            )
            logits = keras.layers.Dot(axes=1, name="logits")([projected, embedding(one_hot(labels, data))])
        else:
            logits = keras.layers.Dense(1, use_bias=False, kernel_initializer=_msr(), name="logits")(features[-1])
        return keras.Model(inputs, {"logits": logits, "features": tuple(features)}, name="discriminator")

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from image_problems("discriminator r3gan", data)
        yield from _group_problems(self, "discriminator r3gan")
        yield from label_problems("discriminator r3gan", self.conditional, data)


def _stage(hidden: keras.KerasTensor, network: R3ganGenerator | R3ganDiscriminator, stages: int) -> keras.KerasTensor:
    """Adds the residual blocks of one resolution."""
    for _ in range(network.blocks):
        hidden = _block(hidden, network.group_width, stages * network.blocks)
    return hidden


def _block(hidden: keras.KerasTensor, group_width: int, blocks: int) -> keras.KerasTensor:
    """Adds one inverted bottleneck, which keeps `[B, H, W, C]`; `blocks` is the number of blocks in the network."""
    width = hidden.shape[-1]
    # Fixup: L^(-1/(2m-2)) for the m = 3 convolutions of a block.
    gain = _leaky_gain() * blocks**-0.25
    residual = keras.layers.Conv2D(2 * width, 1, kernel_initializer=_msr(gain))(hidden)
    residual = convolution.GroupedConvolution(
        2 * width, 3, padding="same", groups=2 * width // group_width, kernel_initializer=_msr(gain)
    )(activated(residual, "leaky-relu"))
    residual = keras.layers.Conv2D(width, 1, use_bias=False, kernel_initializer="zeros")(
        activated(residual, "leaky-relu")
    )
    return keras.layers.Add()([hidden, residual])


def _transition(hidden: keras.KerasTensor, width: int) -> keras.KerasTensor:
    return hidden if hidden.shape[-1] == width else _pointwise(hidden, width)


def _pointwise(hidden: keras.KerasTensor, width: int) -> keras.KerasTensor:
    return keras.layers.Conv2D(width, 1, use_bias=False, kernel_initializer=_msr())(hidden)


def _leaky_gain() -> float:
    """Returns the gain of the weights before a leaky ReLU that preserves the signal's variance."""
    return float((2 / (1 + LEAK**2)) ** 0.5)


def _msr(gain: float = 1.0) -> Any:
    """Returns an initializer of normal weights with standard deviation gain / √fan_in."""
    return keras.initializers.VarianceScaling(gain**2, mode="fan_in", distribution="untruncated_normal")
