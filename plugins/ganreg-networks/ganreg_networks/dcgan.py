"""DCGAN (Radford et al., arXiv:1511.06434): stride-2 convolutions and nothing else that changes a map's size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, get_args

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Generator, Problem, parameter
from ganreg_networks.images import first_weights, image_problems, widths_of
from ganreg_networks.labels import append_label_map, append_labels, label_input, label_problems
from ganreg_networks.layers import Norm, activated, bounded, dropped_out, normalized, refuse

if TYPE_CHECKING:
    import keras

    from ganreg import Assembly

KERNEL = 4
"""A multiple of the stride, so that every pixel is touched equally often; the paper's 5 leaves checkerboards
(https://distill.pub/2016/deconv-checkerboard)."""


@attrs.frozen(kw_only=True)
class DcganGenerator(Generator):
    """Stride-2 transposed convolutions from latents to a square image (Radford et al., arXiv:1511.06434, figure 1).

    A dense layer projects the latents to the coarsest maps, such as 7x7 for an image of 28x28 and 4x4 for 64x64.
    Transposed convolutions double their side and halve their number until they are the image. Every hidden layer is
    normalized and passes a ReLU; the image passes a tanh, scaled to the data's `value_range`, or nothing where that
    is `None`. A conditional network reads the one-hot label behind the latents (arXiv:1411.1784).

    The paper's networks, for 64x64, are `width=128, max_width=1024`. They rely on the norm: with `norm="none"` take
    `initializer_deviation=none`, as a deviation of 0.02 shrinks the signal in each layer and learning starts slowly.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to images `[B, H, H, C]`, H divisible by 4.

    Raises:
        AssemblyError: from `build`, for samples of another shape, or conditional on data without classes.
    """

    latent_dim: int = parameter(100, "numbers in one latent vector", validators.ge(1))
    width: int = parameter(
        64, "channels of the finest hidden maps; each coarser map has twice as many", validators.ge(1)
    )
    max_width: int = parameter(512, "most channels that any map has", validators.ge(1))
    norm: Norm = parameter("batch", "normalizes each hidden layer before its ReLU", validators.in_(get_args(Norm)))
    initializer_deviation: float | None = parameter(
        0.02,
        "standard deviation of the first weights; none scales it to each layer (He)",
        validators.optional(validators.gt(0)),
    )

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error where the samples are no fitting images."""
        return image_problems("generator dcgan", assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see the class."""
        import keras

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
        """Whether hidden layers have a bias; a norm's own shift takes its place."""
        return self.norm == "none"

    def _project(self, vectors: keras.KerasTensor, side: int, width: int) -> keras.KerasTensor:
        from keras import layers

        initializer = first_weights(self.initializer_deviation)
        units = side * side * width
        maps = layers.Dense(units, use_bias=self._use_bias, kernel_initializer=initializer)(vectors)
        return layers.Reshape((side, side, width))(maps)

    def _upsample(self, hidden: keras.KerasTensor, width: int, *, use_bias: bool) -> keras.KerasTensor:
        from keras import layers

        initializer = first_weights(self.initializer_deviation)
        return layers.Conv2DTranspose(
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

    The generator mirrored: convolutions halve the maps' side and double their number. Each is normalized, all but
    the first as in the paper, passes a leaky ReLU and is thinned by dropout; what leaves it is one of the features,
    the last of them flattened, as the linear layer behind it reads it. A conditional network sees the label as one
    more channel, a map learned for each class (arXiv:1411.1784; the map as in LAPGAN, arXiv:1506.05751).

    Two defaults differ from the paper's, `norm="batch"` and `initializer_deviation=0.02`. A gradient penalty is wrong
    where samples share batch statistics, so nothing is normalized; and without a norm that deviation would shrink the
    signal in each layer, so it is scaled to each layer instead (He et al., arXiv:1502.01852).

    Shapes: images `[B, H, H, C]`, H divisible by 4 (and labels `[B]`), to logits `[B, 1]`, features `[B, h, h, width]`
    and the last of them `[B, F]`.

    Raises:
        AssemblyError: from `build`, for samples of another shape, or conditional on data without classes.
    """

    width: int = parameter(
        64, "channels of the finest hidden maps; each coarser map has twice as many", validators.ge(1)
    )
    max_width: int = parameter(512, "most channels that any map has", validators.ge(1))
    norm: Norm = parameter(
        "none", "normalizes each hidden layer but the first; the paper takes batch", validators.in_(get_args(Norm))
    )
    dropout: float = parameter(
        0.0, "share of each hidden layer's units zeroed in training", validators.ge(0), validators.lt(1)
    )
    initializer_deviation: float | None = parameter(
        None,
        "standard deviation of the first weights; none scales it to each layer (He), the paper takes 0.02",
        validators.optional(validators.gt(0)),
    )

    @property
    def normalizes_batch(self) -> bool:
        """Whether batch statistics tie one sample's logits to the others."""
        return self.norm == "batch"

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error where the samples are no fitting images."""
        return image_problems("discriminator dcgan", assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see the class."""
        import keras

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
        from ganreg_networks.convolution import DownsamplingConvolution

        initializer = first_weights(self.initializer_deviation)
        maps = DownsamplingConvolution(
            width, KERNEL, strides=2, padding="same", use_bias=norm == "none", kernel_initializer=initializer
        )(hidden)
        return dropped_out(activated(normalized(maps, norm), "leaky-relu"), self.dropout)

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from image_problems("discriminator dcgan", data)
        yield from label_problems("discriminator dcgan", self.conditional, data)
