"""PatchGAN (Isola et al., arXiv:1611.07004): a convolutional discriminator with a logit for each patch of a sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, get_args

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Problem, parameter
from ganreg.lazy import keras
from ganreg_networks.grids import grid_problems, layer_of
from ganreg_networks.labels import append_label_map, label_input, label_problems
from ganreg_networks.layers import Norm, activated, first_weights, normalized, refuse

if TYPE_CHECKING:
    from ganreg import Assembly

KERNEL = 4
"""The side of all kernels, as in the paper."""


@attrs.frozen(kw_only=True)
class PatchDiscriminator(Discriminator):
    """Convolutions from a sample to one logit for each of its patches (Isola et al., arXiv:1611.07004, section 3.2.2).

    All kernels are 4x4. `layers` convolutions of stride 2 halve the sides; the first has `width` channels, each of the
    others twice as many as the one before. A convolution of stride 1 doubles the channels once more, and a last one
    gives the logits. All layers except the first and the last are normalised; all except the last are followed by a
    leaky ReLU, and their outputs are the features. A conditional network receives the label as an additional channel,
    a map learned for each class (arXiv:1411.1784).

    The receptive field of a logit has a side of 9·2^layers - 2 pixels: 16, 34, 70 and 142 for 1 to 4 layers. The
    paper's network for 256x256 is `width=64, layers=3, norm="batch", initializer_deviation=0.02` (appendix 6.1.2). By
    default nothing is normalised, because gradient penalties are not valid where samples share batch statistics.
    Padding is such that only strides shrink the maps; in the authors' code, convolutions of stride 1 also lose a pixel.
    Signals and volumes have convolutions of one and three axes.

    Shapes: signals `[B, L, C]`, images `[B, H, W, C]` or volumes `[B, D, H, W, C]` (and labels `[B]`) to logits such as
    `[B, h, w, 1]` with h = ⌈H / 2^layers⌉ and w = ⌈W / 2^layers⌉, and features such as `[B, h, w, channels]`.

    Raises:
        AssemblyError: by `build`, if the samples are something else or have sides below 2^layers, or if the network is
            conditional and the data has no classes.
    """

    layers: int = parameter(
        2, "convolutions of stride 2; a logit sees 9·2^layers - 2 pixels a side", validators.ge(1), search=(1, 3)
    )
    width: int = parameter(
        32,
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
    initializer_deviation: float | None = parameter(
        None,
        "standard deviation of the initial weights; none scales it to each layer (He), the paper uses 0.02",
        validators.optional(validators.gt(0)),
    )

    @property
    def normalizes_batch(self) -> bool:
        """Whether a sample's logits depend on its batch through batch statistics."""
        return self.norm == "batch"

    def without_batch_statistics(self) -> PatchDiscriminator:
        """Returns the same discriminator with layer normalisation."""
        return attrs.evolve(self, norm="layer")

    @property
    def receptive_field(self) -> int:
        """The side of the receptive field of one logit, in pixels."""
        return 9 * (1 << self.layers) - 2

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error if the samples are not signals, images or volumes, or too small for so many layers."""
        return self._shape_problems(assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(data))
        inputs = hidden = samples = keras.Input(data.shape, name="samples")
        if self.conditional:
            inputs = [samples, labels := label_input()]
            hidden = append_label_map(samples, labels, data)
        features = []
        for depth in range(self.layers + 1):
            hidden = self._hidden(hidden, depth)
            features.append(hidden)
        logits = layer_of("Conv{}D", hidden)(
            1, KERNEL, padding="same", kernel_initializer=first_weights(self.initializer_deviation), name="logits"
        )
        return keras.Model(inputs, {"logits": logits(hidden), "features": tuple(features)}, name="discriminator")

    def _hidden(self, hidden: keras.KerasTensor, depth: int) -> keras.KerasTensor:
        norm = "none" if depth == 0 else self.norm
        downsampling = layer_of("Conv{}D", hidden)(
            min(self.width << depth, self.max_width),
            KERNEL,
            strides=2 if depth < self.layers else 1,
            padding="same",
            use_bias=norm == "none",
            kernel_initializer=first_weights(self.initializer_deviation),
        )
        return activated(normalized(downsampling(hidden), norm), "leaky-relu")

    def _shape_problems(self, data: DataSpec) -> Iterator[Problem]:
        problems = list(grid_problems("discriminator patch", data))
        yield from problems
        least = 2**self.layers
        if not any(problem.severity == "error" for problem in problems) and min(data.shape[:-1]) < least:
            yield Problem(
                "error",
                f"discriminator patch with layers={self.layers} needs sides of at least {least}, "
                f"got samples of shape {data.shape}",
                "use fewer layers or discriminator mlp, or resize the images",
            )

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from self._shape_problems(data)
        yield from label_problems("discriminator patch", self.conditional, data)
