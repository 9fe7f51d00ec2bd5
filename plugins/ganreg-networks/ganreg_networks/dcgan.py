"""DCGAN (Radford et al., arXiv:1511.06434): stride-2 convolutions alone change the resolution, along any axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, get_args

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Generator, Problem, parameter
from ganreg.lazy import keras
from ganreg_networks.grids import Sides, doubled, grid_problems, halved, pyramid, widths_of
from ganreg_networks.labels import append_label_map, append_labels, label_input, label_problems
from ganreg_networks.layers import Norm, activated, bounded, dropped_out, first_weights, normalized, refuse

if TYPE_CHECKING:
    from ganreg import Assembly


@attrs.frozen(kw_only=True)
class DcganGenerator(Generator):
    """Stride-2 transposed convolutions from latents to a sample (Radford et al., arXiv:1511.06434, figure 1).

    A dense layer projects the latents to the coarsest maps, such as 7x7 for an image of 28x28 and 4x4 for 64x64.
    Transposed convolutions double the sides and halve the number of channels up to the sample. Each hidden layer is
    normalised and followed by a ReLU. The sample passes through a tanh scaled to the data's `value_range`; it is linear
    if that is `None`. A conditional network reads the latents with the one-hot label appended (arXiv:1411.1784).

    Signals and volumes use convolutions of one and three axes. Sides may differ, and each has its own number of
    halvings; where one is odd, the maps of twice the coarser side are cut by one: 187 values from 6, 12, 24, 47 and 94.

    The paper's networks for 64x64 are `width=128, max_width=1024`. They rely on normalisation: with `norm="none"`, use
    `initializer_deviation=none`, because a standard deviation of 0.02 shrinks the signal in each layer and slows down
    the start of the training.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to signals `[B, L, C]`, images `[B, H, W, C]` or volumes
    `[B, D, H, W, C]` with a side of at least 4.

    Raises:
        AssemblyError: by `build`, if the samples have another shape, or if the network is conditional and the data has
            no classes.
    """

    latent_dim: int = parameter(100, "dimension of the latents", validators.ge(1), search=(16, 256, "log"))
    width: int = parameter(
        64,
        "channels of the finest hidden maps, doubled at each coarser resolution",
        validators.ge(1),
        search=(16, 128, "log"),
    )
    max_width: int = parameter(512, "maximum number of channels", validators.ge(1))
    norm: Norm = parameter("batch", "normalisation before each ReLU", validators.in_(get_args(Norm)))
    initializer_deviation: float | None = parameter(
        0.02,
        "standard deviation of the initial weights; none scales it to each layer (He)",
        validators.optional(validators.gt(0)),
    )

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error if the samples are not signals, images or volumes."""
        return grid_problems("generator dcgan", assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(data))
        inputs = latents = keras.Input((self.latent_dim,), name="latents")
        vectors = latents
        if self.conditional:
            inputs = [latents, labels := label_input()]
            vectors = append_labels(latents, labels, data)
        finest, *sides = pyramid(data.shape)
        widths = widths_of(len(sides), self.width, self.max_width)
        hidden = self._hidden(self._project(vectors, sides[-1], widths[-1]))
        for size, width in zip(sides[-2::-1], widths[-2::-1], strict=True):
            hidden = self._hidden(self._upsample(hidden, width, size, use_bias=self._use_bias))
        samples = self._upsample(hidden, data.shape[-1], finest, use_bias=True)
        return keras.Model(inputs, bounded(samples, data), name="generator")

    @property
    def _use_bias(self) -> bool:
        """Whether hidden layers have a bias, which the shift of a normalisation replaces."""
        return self.norm == "none"

    def _project(self, vectors: keras.KerasTensor, sides: Sides, width: int) -> keras.KerasTensor:
        initializer = first_weights(self.initializer_deviation)
        units = math.prod(sides) * width
        maps = keras.layers.Dense(units, use_bias=self._use_bias, kernel_initializer=initializer)(vectors)
        return keras.layers.Reshape((*sides, width))(maps)

    def _upsample(self, hidden: keras.KerasTensor, width: int, sides: Sides, *, use_bias: bool) -> keras.KerasTensor:
        initializer = first_weights(self.initializer_deviation)
        return doubled(hidden, width, sides, use_bias=use_bias, kernel_initializer=initializer)

    def _hidden(self, maps: keras.KerasTensor) -> keras.KerasTensor:
        return activated(normalized(maps, self.norm), "relu")

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from grid_problems("generator dcgan", data)
        yield from label_problems("generator dcgan", self.conditional, data)


@attrs.frozen(kw_only=True)
class DcganDiscriminator(Discriminator):
    """Stride-2 convolutions from a sample to one logit (Radford et al., arXiv:1511.06434, section 4).

    The network mirrors the generator: convolutions halve the sides and double the number of channels. Each is followed
    by normalisation (except the first, as in the paper), a leaky ReLU and dropout. The outputs of these layers are the
    features; the last one is flattened and feeds a linear layer. A conditional network receives the label as an
    additional channel, a map learned for each class (arXiv:1411.1784; the map as in LAPGAN, arXiv:1506.05751).

    Two defaults differ from the paper's `norm="batch"` and `initializer_deviation=0.02`. Gradient penalties are not
    valid where samples share batch statistics, so nothing is normalised. Without normalisation that deviation would
    shrink the signal in each layer, so it is scaled to each layer instead (He et al., arXiv:1502.01852).

    Shapes: signals `[B, L, C]`, images `[B, H, W, C]` or volumes `[B, D, H, W, C]` with a side of at least 4 (and
    labels `[B]`), to logits `[B, 1]`, features `[B, ..., width]` and the last of them `[B, F]`.

    Raises:
        AssemblyError: by `build`, if the samples have another shape, or if the network is conditional and the data has
            no classes.
    """

    width: int = parameter(
        64,
        "channels of the finest hidden maps, doubled at each coarser resolution",
        validators.ge(1),
        search=(16, 128, "log"),
    )
    max_width: int = parameter(512, "maximum number of channels", validators.ge(1))
    norm: Norm = parameter(
        "none",
        "normalisation of each hidden layer except the first; the paper uses batch",
        validators.in_(get_args(Norm)),
    )
    dropout: float = parameter(
        0.0, "dropout rate of each hidden layer", validators.ge(0), validators.lt(1), search=[0.0, 0.2, 0.4]
    )
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
        """Yields an error if the samples are not signals, images or volumes."""
        return grid_problems("discriminator dcgan", assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(data))
        inputs = hidden = samples = keras.Input(data.shape, name="samples")
        if self.conditional:
            inputs = [samples, labels := label_input()]
            hidden = append_label_map(samples, labels, data)
        _, *sides = pyramid(data.shape)
        features: list[keras.KerasTensor] = []
        for size, width in zip(sides, widths_of(len(sides), self.width, self.max_width), strict=True):
            hidden = self._downsample(hidden, width, size, norm=self.norm if features else "none")
            features.append(hidden)
        features[-1] = keras.layers.Flatten()(hidden)
        logits = keras.layers.Dense(1, kernel_initializer=first_weights(self.initializer_deviation), name="logits")
        outputs = {"logits": logits(features[-1]), "features": tuple(features)}
        return keras.Model(inputs, outputs, name="discriminator")

    def _downsample(self, hidden: keras.KerasTensor, width: int, sides: Sides, *, norm: Norm) -> keras.KerasTensor:
        initializer = first_weights(self.initializer_deviation)
        maps = halved(hidden, width, sides, use_bias=norm == "none", kernel_initializer=initializer)
        return dropped_out(activated(normalized(maps, norm), "leaky-relu"), self.dropout)

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from grid_problems("discriminator dcgan", data)
        yield from label_problems("discriminator dcgan", self.conditional, data)
