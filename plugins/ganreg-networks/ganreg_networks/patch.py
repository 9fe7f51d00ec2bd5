"""PatchGAN (Isola et al., arXiv:1611.07004): a convolutional discriminator that judges each patch of an image."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, get_args

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Problem, parameter
from ganreg_networks.images import first_weights
from ganreg_networks.labels import append_label_map, label_input, label_problems
from ganreg_networks.layers import Norm, activated, normalized, refuse

if TYPE_CHECKING:
    import keras

    from ganreg import Assembly

KERNEL = 4


@attrs.frozen(kw_only=True)
class PatchDiscriminator(Discriminator):
    """Convolutions from an image to one logit for each of its patches (Isola et al., arXiv:1611.07004, section 3.2.2).

    All kernels are 4x4. `layers` convolutions of stride 2 halve the maps' side, the first of `width` channels, each
    next of twice as many; one of stride 1 doubles the channels once more, and another makes the logits. Each but the
    first and the last is normalized, each but the last passes a leaky ReLU; what leaves it is one of the features.
    A conditional network sees the label as one more channel, a map learned for each class (arXiv:1411.1784).

    A logit sees a patch of 9·2^layers - 2 pixels a side: 16, 34, 70 and 142 for 1 to 4 layers. The paper's network,
    for 256x256, is `width=64, layers=3, norm="batch", initializer_deviation=0.02` (appendix 6.1.2). Nothing is
    normalized by default, as a gradient penalty is wrong where samples share batch statistics. Maps are padded so
    that only strides shrink them, where the authors' code also loses a pixel at each convolution of stride 1.

    Shapes: images `[B, H, W, C]` (and labels `[B]`) to logits `[B, h, w, 1]`, h = H / 2^layers rounded up and w alike,
    and features `[B, ., ., channels]`.

    Raises:
        AssemblyError: from `build`, for samples that are no images or are smaller than 2^layers, or conditional on
            data without classes.
    """

    layers: int = parameter(2, "convolutions of stride 2; a logit sees 9·2^layers - 2 pixels a side", validators.ge(1))
    width: int = parameter(32, "channels of the finest hidden maps; each next has twice as many", validators.ge(1))
    max_width: int = parameter(512, "most channels that any map has", validators.ge(1))
    norm: Norm = parameter(
        "none", "normalizes each hidden layer but the first; the paper takes batch", validators.in_(get_args(Norm))
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

    @property
    def receptive_field(self) -> int:
        """The side of the patch that one logit sees, in pixels."""
        return 9 * 2**self.layers - 2

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error where the samples are no fitting images."""
        return self._shape_problems(assembly.data)

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
        for depth in range(self.layers + 1):
            hidden = self._hidden(hidden, depth)
            features.append(hidden)
        logits = keras.layers.Conv2D(
            1, KERNEL, padding="same", kernel_initializer=first_weights(self.initializer_deviation), name="logits"
        )
        return keras.Model(inputs, {"logits": logits(hidden), "features": tuple(features)}, name="discriminator")

    def _hidden(self, hidden: keras.KerasTensor, depth: int) -> keras.KerasTensor:
        from ganreg_networks.convolution import DownsamplingConvolution

        norm = "none" if depth == 0 else self.norm
        convolution = DownsamplingConvolution(
            min(self.width << depth, self.max_width),
            KERNEL,
            strides=2 if depth < self.layers else 1,
            padding="same",
            use_bias=norm == "none",
            kernel_initializer=first_weights(self.initializer_deviation),
        )
        return activated(normalized(convolution(hidden), norm), "leaky-relu")

    def _shape_problems(self, data: DataSpec) -> Iterator[Problem]:
        least = 2**self.layers
        if not data.is_image or min(data.shape[:2]) < least:
            yield Problem(
                "error",
                f"discriminator patch with layers={self.layers} needs images with sides of at least {least}, "
                f"got samples of shape {data.shape}",
                "take fewer layers, use discriminator mlp, or resize the images",
            )

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from self._shape_problems(data)
        yield from label_problems("discriminator patch", self.conditional, data)
