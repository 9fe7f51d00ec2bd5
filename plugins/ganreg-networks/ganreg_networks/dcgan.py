"""DCGAN (Radford et al., arXiv:1511.06434): stride-2 convolutions alone change the resolution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, get_args

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Generator, Problem, parameter
from ganreg.lazy import keras, lazy_module
from ganreg_networks.images import first_weights, image_problems, widths_of
from ganreg_networks.labels import append_label_map, append_labels, label_input, label_problems
from ganreg_networks.layers import Norm, activated, bounded, dropped_out, normalized, refuse

if TYPE_CHECKING:
    from ganreg import Assembly

convolution = lazy_module("ganreg_networks.convolution")

KERNEL = 4
"""The side of all kernels. It is a multiple of the stride, so that every pixel is covered equally often; the paper's 5
causes checkerboard artifacts (https://distill.pub/2016/deconv-checkerboard)."""


@attrs.frozen(kw_only=True)
class DcganGenerator(Generator):
    """Stride-2 transposed convolutions from latents to a square image (Radford et al., arXiv:1511.06434, figure 1).

    A dense layer projects the latents to the coarsest maps, such as 7x7 for an image of 28x28 and 4x4 for 64x64.
    Transposed convolutions double the side and halve the number of channels up to the image. Each hidden layer is
    normalised and followed by a ReLU. The image passes through a tanh scaled to the data's `value_range`; it is linear
    if that is `None`. A conditional network reads the latents with the one-hot label appended (arXiv:1411.1784).

    The paper's networks for 64x64 are `width=128, max_width=1024`. They rely on normalisation: with `norm="none"`, use
    `initializer_deviation=none`, because a standard deviation of 0.02 shrinks the signal in each layer and slows down
    the start of the training.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to images `[B, H, H, C]`, H divisible by 4.

    Raises:
        AssemblyError: by `build`, if the samples have another shape, or if the network is conditional and the data has
            no classes.
    """

    latent_dim: int = parameter(100, "dimension of the latents", validators.ge(1))
    width: int = parameter(
        64, "channels of the finest hidden maps, doubled at each coarser resolution", validators.ge(1)
    )
    max_width: int = parameter(512, "maximum number of channels", validators.ge(1))
    norm: Norm = parameter("batch", "normalisation before each ReLU", validators.in_(get_args(Norm)))
    initializer_deviation: float | None = parameter(
        0.02,
        "standard deviation of the initial weights; none scales it to each layer (He)",
        validators.optional(validators.gt(0)),
    )

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error if the samples are not square images with a side divisible by 4."""
        return image_problems("generator dcgan", assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(data))
        inputs = latents = keras.Input((self.latent_dim,), name="latents")
        vectors = latents
        if self.conditional:
            inputs = [latents, labels := label_input()]
            vectors = append_labels(latents, labels, data)
        side, _, channels = data.shape
        widths = widths_of(side, self.width, self.max_width)
        hidden = self._hidden(self._project(vectors, side >> len(widths), widths[-1]))
        for width in reversed(widths[:-1]):
            hidden = self._hidden(self._upsample(hidden, width, use_bias=self._use_bias))
        image = self._upsample(hidden, channels, use_bias=True)
        return keras.Model(inputs, bounded(image, data), name="generator")

    @property
    def _use_bias(self) -> bool:
        """Whether hidden layers have a bias, which the shift of a normalisation replaces."""
        return self.norm == "none"

    def _project(self, vectors: keras.KerasTensor, side: int, width: int) -> keras.KerasTensor:
        initializer = first_weights(self.initializer_deviation)
        units = side * side * width
        maps = keras.layers.Dense(units, use_bias=self._use_bias, kernel_initializer=initializer)(vectors)
        return keras.layers.Reshape((side, side, width))(maps)

    def _upsample(self, hidden: keras.KerasTensor, width: int, *, use_bias: bool) -> keras.KerasTensor:
        initializer = first_weights(self.initializer_deviation)
        return keras.layers.Conv2DTranspose(
            width, KERNEL, strides=2, padding="same", use_bias=use_bias, kernel_initializer=initializer
        )(hidden)

    def _hidden(self, maps: keras.KerasTensor) -> keras.KerasTensor:
        return activated(normalized(maps, self.norm), "relu")

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from image_problems("generator dcgan", data)
        yield from label_problems("generator dcgan", self.conditional, data)


@attrs.frozen(kw_only=True)
class DcganDiscriminator(Discriminator):
    """Stride-2 convolutions from a square image to one logit (Radford et al., arXiv:1511.06434, section 4).

    The network mirrors the generator: convolutions halve the side and double the number of channels. Each is followed
    by normalisation (except the first, as in the paper), a leaky ReLU and dropout. The outputs of these layers are the
    features; the last one is flattened and feeds a linear layer. A conditional network receives the label as an
    additional channel, a map learned for each class (arXiv:1411.1784; the map as in LAPGAN, arXiv:1506.05751).

    Two defaults differ from the paper's `norm="batch"` and `initializer_deviation=0.02`. Gradient penalties are not
    valid where samples share batch statistics, so nothing is normalised. Without normalisation that deviation would
    shrink the signal in each layer, so it is scaled to each layer instead (He et al., arXiv:1502.01852).

    Shapes: images `[B, H, H, C]`, H divisible by 4 (and labels `[B]`), to logits `[B, 1]`, features `[B, h, h, width]`
    and the last of them `[B, F]`.

    Raises:
        AssemblyError: by `build`, if the samples have another shape, or if the network is conditional and the data has
            no classes.
    """

    width: int = parameter(
        64, "channels of the finest hidden maps, doubled at each coarser resolution", validators.ge(1)
    )
    max_width: int = parameter(512, "maximum number of channels", validators.ge(1))
    norm: Norm = parameter(
        "none",
        "normalisation of each hidden layer except the first; the paper uses batch",
        validators.in_(get_args(Norm)),
    )
    dropout: float = parameter(0.0, "dropout rate of each hidden layer", validators.ge(0), validators.lt(1))
    initializer_deviation: float | None = parameter(
        None,
        "standard deviation of the initial weights; none scales it to each layer (He), the paper uses 0.02",
        validators.optional(validators.gt(0)),
    )

    @property
    def normalizes_batch(self) -> bool:
        """Whether a sample's logits depend on its batch through batch statistics."""
        return self.norm == "batch"

    def without_batch_statistics(self) -> DcganDiscriminator:
        """Returns the same discriminator with layer normalisation."""
        return attrs.evolve(self, norm="layer")

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error if the samples are not square images with a side divisible by 4."""
        return image_problems("discriminator dcgan", assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(data))
        inputs = images = keras.Input(data.shape, name="samples")
        hidden = images
        if self.conditional:
            inputs = [images, labels := label_input()]
            hidden = append_label_map(images, labels, data)
        features = []
        for depth, width in enumerate(widths_of(data.shape[0], self.width, self.max_width)):
            hidden = self._downsample(hidden, width, norm="none" if depth == 0 else self.norm)
            features.append(hidden)
        features[-1] = keras.layers.Flatten()(hidden)
        logits = keras.layers.Dense(1, kernel_initializer=first_weights(self.initializer_deviation), name="logits")
        outputs = {"logits": logits(features[-1]), "features": tuple(features)}
        return keras.Model(inputs, outputs, name="discriminator")

    def _downsample(self, hidden: keras.KerasTensor, width: int, *, norm: Norm) -> keras.KerasTensor:
        initializer = first_weights(self.initializer_deviation)
        maps = convolution.DownsamplingConvolution(
            width, KERNEL, strides=2, padding="same", use_bias=norm == "none", kernel_initializer=initializer
        )(hidden)
        return dropped_out(activated(normalized(maps, norm), "leaky-relu"), self.dropout)

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from image_problems("discriminator dcgan", data)
        yield from label_problems("discriminator dcgan", self.conditional, data)
