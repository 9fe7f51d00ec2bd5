"""Residual blocks from images to images of the same size or larger ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, get_args

import attrs
from attrs import validators
from ganreg_networks.labels import label_problems
from ganreg_networks.layers import activated, bounded, refuse

from ganreg import DataSpec, Problem, Translator, parameter
from ganreg.lazy import keras, ops
from ganreg_games.layers import Norm, normalized, with_labels

if TYPE_CHECKING:
    from ganreg import Assembly


@attrs.frozen(kw_only=True)
class ResidualTranslator(Translator):
    """Residual blocks at a constant size, between convolutions that halve and double the images.

    A first convolution with `kernel`, `halvings` convolutions of stride 2 that double the channels, `blocks` of two 3x3
    convolutions, as many doublings (nearest neighbours and a 3x3 convolution) as lead to the target's size, and a last
    convolution with `kernel`. Each hidden convolution is normalised and followed by a ReLU, except that a block's
    second one is added to the block's input instead. The image passes through a tanh scaled to the target's
    `value_range`, or is linear if that is `None`.

    - CycleGAN (Zhu et al., arXiv:1703.10593, section 7.2): `width=64, halvings=2, long_skip=false`, and `blocks=6` for
      128x128, `blocks=9` for 256x256. The paper pads by reflection, and doubles with transposed convolutions.
    - SRGAN (Ledig et al., arXiv:1609.04802, figure 4), which enlarges images: `width=64, blocks=16, kernel=9,
      norm="batch"`. `long_skip` is its convolution after the blocks, whose output is added to the first block's input.
      The paper normalises in and after the blocks only, has learned slopes in its ReLUs, and doubles with sub-pixel
      convolutions.
    - With `adds_source`, the network makes what the source, enlarged bilinearly, lacks (residual learning, Kim et al.,
      arXiv:1511.04587, section 3.1), and the sum is clipped to the target's `value_range`. The first translations are
      then the enlarged sources.

    Shapes: images `[B, H, W, C]`, H and W divisible by 2^halvings (and labels `[B]`), to images `[B, sH, sW, D]` with s
    a power of 2.

    Raises:
        AssemblyError: by `build`, if source and target are not images with such sides, or if the network is conditional
            and the target has no classes.
    """

    width: int = parameter(
        32, "channels of the finest maps, doubled at each halving", validators.ge(1), search=(8, 64, "log")
    )
    blocks: int = parameter(4, "number of residual blocks", validators.ge(0), search=(2, 8))
    halvings: int = parameter(0, "number of times that the sides are halved before the blocks", validators.ge(0))
    kernel: int = parameter(7, "side of the kernels of the first and the last convolution", validators.ge(1))
    norm: Norm = parameter("instance", "normalisation of hidden layers", validators.in_(get_args(Norm)))
    long_skip: bool = parameter(
        True, "whether the first block's input is added to the last block's output, as in SRGAN"
    )
    adds_source: bool = parameter(
        False, "whether the enlarged source is added to the result", validators.instance_of(bool)
    )

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error if the target is not an image whose sides are those of the source times a power of 2."""
        return () if assembly.data.source is None else self._shape_problems(assembly.data.source, assembly.data)

    def build(self, source: DataSpec, target: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(source, target))
        given = keras.Input(source.shape, name="images")
        inputs, images = with_labels(given, target, conditional=self.conditional)
        hidden = self._hidden(images, self.width, kernel=self.kernel)
        for halving in range(self.halvings):
            hidden = self._hidden(hidden, self.width << (halving + 1), strides=2)
        hidden = self._between(hidden, self.width << self.halvings)
        doublings = self.halvings + (target.shape[0] // source.shape[0]).bit_length() - 1
        for doubling in range(1, doublings + 1):
            hidden = keras.layers.UpSampling2D(2)(hidden)
            hidden = self._hidden(hidden, self.width << max(0, self.halvings - doubling))
        first = "zeros" if self.adds_source else "glorot_uniform"
        image = keras.layers.Conv2D(target.shape[-1], self.kernel, padding="same", kernel_initializer=first)(hidden)
        image = self._added(given, image, target) if self.adds_source else bounded(image, target)
        return keras.Model(inputs, image, name="translator")

    def _added(self, given: keras.KerasTensor, image: keras.KerasTensor, target: DataSpec) -> keras.KerasTensor:
        """The source, enlarged, with an image added to it."""
        scale = image.shape[1] // given.shape[1]
        enlarged = keras.layers.UpSampling2D(scale, interpolation="bilinear")(given) if scale > 1 else given
        total = keras.layers.Add()([enlarged, image])
        return total if target.value_range is None else ops.clip(total, *target.value_range)

    def _between(self, first: keras.KerasTensor, width: int) -> keras.KerasTensor:
        """The residual blocks, at a constant size."""
        hidden = first
        for _ in range(self.blocks):
            residual = self._convolved(self._hidden(hidden, width), width, added=True)
            hidden = keras.layers.Add()([hidden, residual])
        if self.blocks and self.long_skip:
            hidden = keras.layers.Add()([first, self._convolved(hidden, width, added=True)])
        return hidden

    def _hidden(self, maps: keras.KerasTensor, width: int, *, kernel: int = 3, strides: int = 1) -> keras.KerasTensor:
        return activated(self._convolved(maps, width, kernel=kernel, strides=strides), "relu")

    def _convolved(
        self, maps: keras.KerasTensor, width: int, *, kernel: int = 3, strides: int = 1, added: bool = False
    ) -> keras.KerasTensor:
        plain = self.norm == "none"
        convolution = keras.layers.Conv2D(
            width,
            kernel,
            strides=strides,
            padding="same",
            use_bias=plain,
            # Without normalisation, sums would grow with each block; from 0 they start as the identity.
            kernel_initializer="zeros" if plain and added else "he_normal",
        )
        return normalized(convolution(maps), self.norm)

    def _shape_problems(self, source: DataSpec, target: DataSpec) -> Iterator[Problem]:
        scale = target.shape[0] // source.shape[0] if source.is_image and target.is_image else 0
        if scale < 1 or scale & (scale - 1) or target.shape[:2] != tuple(scale * side for side in source.shape[:2]):
            yield Problem(
                "error",
                "translator residual makes images 1, 2, 4, ... times as large, got sources of shape "
                f"{source.shape} for samples of shape {target.shape}",
                "resize the images, or use translator mlp",
            )
            return
        if self.adds_source and (source.shape[-1], source.value_range) != (target.shape[-1], target.value_range):
            yield Problem(
                "error",
                "translator residual adds sources to samples of the same channels and range only, got "
                f"{source.shape} in {source.value_range} and {target.shape} in {target.value_range}",
                "use residual:adds_source=false",
            )
        coarsest = tuple(side // 2**self.halvings for side in source.shape[:2])
        if any(side % 2**self.halvings for side in source.shape[:2]):
            yield Problem(
                "error",
                f"translator residual with halvings={self.halvings} needs sides divisible by {2**self.halvings}, got "
                f"{source.shape}",
                "use fewer halvings, or resize the images",
            )
        elif coarsest == (1, 1) and self.norm == "instance":
            yield Problem(
                "error",
                f"translator residual with halvings={self.halvings} would normalise maps of a single pixel for images "
                f"of shape {source.shape}, which makes them 0",
                "use fewer halvings, or norm=none",
            )

    def _problems(self, source: DataSpec, target: DataSpec) -> Iterator[Problem]:
        yield from self._shape_problems(source, target)
        yield from label_problems("translator residual", self.conditional, target)
