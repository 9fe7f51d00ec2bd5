"""The U-Net of pix2pix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, get_args

import attrs
from attrs import validators
from ganreg_networks.labels import label_problems
from ganreg_networks.layers import activated, bounded, dropped_out, refuse

from ganreg import DataSpec, Problem, Translator, parameter
from ganreg.lazy import keras
from ganreg_games.layers import Norm, normalized, with_labels

if TYPE_CHECKING:
    from ganreg import Assembly

KERNEL = 4
"""The side of all kernels but the last, as in the paper."""

DROPPED = 3
"""The number of layers on the way up, from the coarsest, that have dropout."""


@attrs.frozen(kw_only=True)
class UNetTranslator(Translator):
    """Convolutions that halve images `levels` times and double them again, with skips between maps of one size.

    Isola et al., arXiv:1611.07004, section 6.1.1. On the way down, convolutions with 4x4 kernels and stride 2 have
    `width` channels, then twice as many at each level up to `max_width`. Normalisation and a leaky ReLU follow. On the
    way up, transposed convolutions mirror them, followed by normalisation, dropout (after the three coarsest) and a
    ReLU; each output is joined with the maps of its size from the way down. The last layer doubles by nearest
    neighbours and a 3x3 convolution, and gives the image, which passes through a tanh scaled to the target's
    `value_range`, or is linear if that is `None`.

    The paper's network for 256x256 is `width=64, levels=8, dropout=0.5, norm="batch"`, but for two layers. Its last one
    is a transposed convolution, which leaves a checkerboard in the image
    (https://distill.pub/2016/deconv-checkerboard). It normalises the coarsest maps too, which can be single pixels; the
    authors' later code does not. As in the paper, the first convolution is not normalised.

    Shapes: images `[B, H, W, C]`, H and W divisible by 2^levels (and labels `[B]`), to images `[B, H, W, D]`.

    Raises:
        AssemblyError: by `build`, if source and target are not images of one size with such sides, or if the network is
            conditional and the target has no classes.
    """

    width: int = parameter(
        32,
        "channels of the finest hidden maps, doubled at each coarser level",
        validators.ge(1),
        search=(16, 128, "log"),
    )
    max_width: int = parameter(512, "maximum number of channels", validators.ge(1))
    levels: int = parameter(3, "number of times that the sides are halved", validators.ge(1), search=(2, 4))
    norm: Norm = parameter("instance", "normalisation of hidden layers", validators.in_(get_args(Norm)))
    dropout: float = parameter(
        0.0,
        "dropout rate of the three coarsest layers on the way up",
        validators.ge(0),
        validators.lt(1),
        search=(0.0, 0.5),
    )

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error if source and target are not images of one size with sides divisible by 2^levels."""
        return () if assembly.data.source is None else self._shape_problems(assembly.data.source, assembly.data)

    def build(self, source: DataSpec, target: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(source, target))
        inputs, hidden = with_labels(keras.Input(source.shape, name="images"), target, conditional=self.conditional)
        widths = [min(self.width << level, self.max_width) for level in range(self.levels)]
        coarsest = self.levels - 1
        skips = []
        for level, width in enumerate(widths):
            hidden = self._halved(hidden, width, norm="none" if level in (0, coarsest) else self.norm)
            skips.append(hidden)
        for level in reversed(range(coarsest)):
            hidden = self._doubled(hidden, widths[level], dropout=self.dropout if level >= coarsest - DROPPED else 0.0)
            hidden = keras.layers.Concatenate()([hidden, skips[level]])
        image = keras.layers.Conv2D(target.shape[-1], 3, padding="same")(keras.layers.UpSampling2D(2)(hidden))
        return keras.Model(inputs, bounded(image, target), name="translator")

    def _halved(self, hidden: keras.KerasTensor, width: int, *, norm: Norm) -> keras.KerasTensor:
        maps = keras.layers.Conv2D(
            width, KERNEL, strides=2, padding="same", use_bias=norm == "none", kernel_initializer="he_normal"
        )(hidden)
        return activated(normalized(maps, norm), "leaky-relu")

    def _doubled(self, hidden: keras.KerasTensor, width: int, *, dropout: float) -> keras.KerasTensor:
        # Measured on CPUs, compiled by XLA or not: faster than enlarging first, which convolves four times the pixels.
        maps = keras.layers.Conv2DTranspose(
            width, KERNEL, strides=2, padding="same", use_bias=self.norm == "none", kernel_initializer="he_normal"
        )(hidden)
        return activated(dropped_out(normalized(maps, self.norm), dropout), "relu")

    def _shape_problems(self, source: DataSpec, target: DataSpec) -> Iterator[Problem]:
        multiple = 2**self.levels
        if not (source.is_image and target.is_image) or source.shape[:2] != target.shape[:2]:
            yield Problem(
                "error",
                f"translator u-net needs images of one size, got sources of shape {source.shape} for samples of shape "
                f"{target.shape}",
                "use translator residual for images of another size, or mlp",
            )
        elif any(side % multiple for side in source.shape[:2]):
            levels = next(n for n in range(self.levels, -1, -1) if all(side % 2**n == 0 for side in source.shape[:2]))
            yield Problem(
                "error",
                f"translator u-net with levels={self.levels} needs sides divisible by {multiple}, got {source.shape}",
                f"use u-net:levels={levels}, or resize the images" if levels else "resize the images",
            )

    def _problems(self, source: DataSpec, target: DataSpec) -> Iterator[Problem]:
        yield from self._shape_problems(source, target)
        yield from label_problems("translator u-net", self.conditional, target)
