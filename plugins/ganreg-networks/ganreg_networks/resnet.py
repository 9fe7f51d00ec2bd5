"""The residual networks of WGAN-GP (arXiv:1704.00028) and SNGAN (arXiv:1802.05957)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Generator, Problem, parameter
from ganreg.lazy import keras
from ganreg_networks.grids import grid_problems, layer_of, pyramid, widths_of
from ganreg_networks.labels import append_labels, label_input, label_problems, one_hot
from ganreg_networks.layers import activated, bounded, normalized, refuse
from ganreg_networks.residual import convolved, discriminator_block, first_block, generator_block, project

if TYPE_CHECKING:
    from ganreg import Assembly

GeneratorNorm = Literal["batch", "none"]
DiscriminatorNorm = Literal["none", "layer"]
Pooling = Literal["sum", "mean"]


@attrs.frozen(kw_only=True)
class ResnetGenerator(Generator):
    """Residual blocks from latents to a sample (Miyato et al., arXiv:1802.05957, appendix B.4, tables 4 and 5).

    A dense layer projects the latents to the coarsest maps, such as 7x7 for an image of 28x28 and 4x4 for 32x32. Each
    block consists of normalisation, ReLU, nearest-neighbour upsampling to twice the sides and a 3x3 convolution, then
    the same without upsampling; its shortcut is upsampled and convolved 1x1. Normalisation, ReLU and a last convolution
    give the sample, which passes through a tanh scaled to the data's `value_range`; it is linear if that is `None`.
    Signals and volumes have convolutions of one and three axes; sides are halved and rounded as in `dcgan`.

    A conditional network uses conditional batch normalisation: each class has its own scales and shifts
    (arXiv:1610.07629, as in arXiv:1802.05637). With `norm="none"` it reads the latents with the one-hot label appended.

    The paper's networks are `width=256, max_width=256` for 32x32 and `width=64, max_width=1024` for 128x128; the
    defaults are for two CPU cores.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to signals `[B, L, C]`, images `[B, H, W, C]` or volumes
    `[B, D, H, W, C]` with a side of at least 4.

    Raises:
        AssemblyError: by `build`, if the samples have another shape, or if the network is conditional and the data has
            no classes.
    """

    called: ClassVar[str] = "resnet"

    latent_dim: int = parameter(128, "dimension of the latents", validators.ge(1), search=(16, 256, "log"))
    width: int = parameter(
        32, "channels of the finest maps, doubled at each coarser resolution", validators.ge(1), search=(16, 128, "log")
    )
    max_width: int = parameter(256, "maximum number of channels", validators.ge(1))
    norm: GeneratorNorm = parameter("batch", "normalisation before each ReLU", validators.in_(get_args(GeneratorNorm)))

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error if the samples are not signals, images or volumes."""
        return self._shape_problems(assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._shape_problems(data))
        refuse(label_problems(f"generator {self.called}", self.conditional, data))
        inputs = vectors = latents = keras.Input((self.latent_dim,), name="latents")
        classes = None
        if self.conditional:
            inputs = [latents, labels := label_input()]
            if self.norm == "batch":
                classes = one_hot(labels, data)
            else:
                vectors = append_labels(latents, labels, data)
        *sides, coarsest = pyramid(data.shape)
        widths = widths_of(len(sides), self.width, self.max_width)
        maps = keras.layers.Dense(math.prod(coarsest) * widths[-1], kernel_initializer="glorot_uniform")(vectors)
        hidden = keras.layers.Reshape((*coarsest, widths[-1]))(maps)
        for size, width in zip(sides[::-1], widths[::-1], strict=True):
            hidden = self._after_block(generator_block(hidden, width, size, self.norm, classes), data)
        hidden = activated(normalized(hidden, self.norm), "relu")
        samples = convolved(hidden, data.shape[-1], gain=1.0)
        return keras.Model(inputs, bounded(samples, data), name="generator")

    def _after_block(self, hidden: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
        """Adds what follows a block."""
        return hidden

    def _shape_problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from grid_problems(f"generator {self.called}", data)


@attrs.frozen(kw_only=True)
class ResnetDiscriminator(Discriminator):
    """Residual blocks from a sample to one logit (Miyato et al., arXiv:1802.05957, appendix B.4, table 5).

    The first block consists of a 3x3 convolution, a ReLU, another convolution and average pooling to half the sides;
    its shortcut is pooled and convolved 1x1. The other blocks have a ReLU before each convolution, and the last one
    does not halve the sides. A ReLU and the sum over all positions follow, which a linear layer reads. The outputs of
    the blocks and, last, that sum are the features. A conditional network adds to the logit the inner product of the
    sum and an embedding of the label (projection, arXiv:1802.05637, equation 4).

    The paper's networks are `width=128, max_width=128` for 32x32, where only two blocks halve the side and the last two
    do not, and `width=64, max_width=1024` for 128x128. By default nothing is normalised, because these networks rely on
    spectral normalisation, without which the sum makes the initial logits large. `norm="layer"` and `pooling="mean"`
    are those of WGAN-GP (arXiv:1704.00028, appendix).

    Shapes: signals `[B, L, C]`, images `[B, H, W, C]` or volumes `[B, D, H, W, C]` with a side of at least 4 (and
    labels `[B]`), to logits `[B, 1]`, features `[B, ..., width]` and the last of them `[B, F]`.

    Raises:
        AssemblyError: by `build`, if the samples have another shape, or if the network is conditional and the data has
            no classes.
    """

    called: ClassVar[str] = "resnet"

    width: int = parameter(
        32, "channels of the finest maps, doubled at each coarser resolution", validators.ge(1), search=(16, 128, "log")
    )
    max_width: int = parameter(256, "maximum number of channels", validators.ge(1))
    norm: DiscriminatorNorm = parameter(
        "none",
        "normalisation before each ReLU, except in the first block",
        validators.in_(get_args(DiscriminatorNorm)),
    )
    pooling: Pooling = parameter(
        "sum",
        "pooling of the last maps: the sum over positions (SNGAN) or their mean (WGAN-GP)",
        validators.in_(get_args(Pooling)),
    )

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error if the samples are not signals, images or volumes."""
        return self._shape_problems(assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._shape_problems(data))
        refuse(label_problems(f"discriminator {self.called}", self.conditional, data))
        inputs = samples = keras.Input(data.shape, name="samples")
        _, *sides = pyramid(data.shape)
        widths = widths_of(len(sides), self.width, self.max_width)
        hidden = self._after_block(first_block(samples, widths[0], sides[0]), data)
        features = [hidden]
        for size, width in zip(sides[1:], widths[1:], strict=True):
            hidden = self._after_block(discriminator_block(hidden, width, self.norm, size), data)
            features.append(hidden)
        hidden = activated(discriminator_block(hidden, widths[-1], self.norm, sides[-1]), "relu")
        pooled = layer_of("GlobalAveragePooling{}D", hidden)()(hidden)
        if self.pooling == "sum":
            pooled = keras.layers.Rescaling(float(math.prod(sides[-1])))(pooled)
        features.append(pooled)
        logits = keras.layers.Dense(1, name="linear" if self.conditional else "logits")(features[-1])
        if self.conditional:
            inputs = [samples, labels := label_input()]
            logits = project(logits, features[-1], one_hot(labels, data))
        return keras.Model(inputs, {"logits": logits, "features": tuple(features)}, name="discriminator")

    def _after_block(self, hidden: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
        """Adds what follows a block."""
        return hidden

    def _shape_problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from grid_problems(f"discriminator {self.called}", data)
