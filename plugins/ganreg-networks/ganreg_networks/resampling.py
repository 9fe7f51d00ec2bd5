"""Keras layers that resample maps with a low-pass filter, which prevents aliasing. Importing it loads Keras."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import keras
import numpy as np
from keras import ops


class _Filter(keras.layers.Layer):
    """The base class: a filter along the height, then along the width, each computed as a matrix product.

    The matrix is mostly zeros, but compiling one product and differentiating it twice takes fewer operations than the
    slices that it replaces, and the maps of these networks are small.
    """

    up: ClassVar[int] = 1
    """The factor of upsampling: zeros fill the gaps between pixels."""
    down: ClassVar[int] = 1
    """The factor of downsampling: every such filtered pixel is kept."""
    gain: ClassVar[int] = 1
    """The sum of the filter."""

    def __init__(self, taps: Sequence[float] = (1, 3, 3, 1), **options: Any) -> None:
        super().__init__(**options)
        self.taps = tuple(taps)

    def call(self, maps: Any) -> Any:
        """Returns the filtered maps."""
        batch, (height, width, channels) = ops.shape(maps)[0], maps.shape[1:]
        rows, columns = (ops.convert_to_tensor(self.matrix(side), maps.dtype) for side in (height, width))
        maps = ops.matmul(rows, ops.reshape(maps, (batch, height, width * channels)))
        maps = ops.matmul(columns, ops.reshape(maps, (-1, width, channels)))
        return ops.reshape(maps, (batch, rows.shape[0], columns.shape[0], channels))

    def matrix(self, side: int) -> np.ndarray:
        """Returns the matrix that filters one axis, `[side after, side before]`."""
        before, after = self.padding()
        made = (self.up * side + before + after - len(self.taps)) // self.down + 1
        matrix = np.zeros((made, side), "float32")
        for pixel in range(made):
            for tap, share in enumerate(self.taps):
                source, between = divmod(self.down * pixel - before + tap, self.up)
                if not between and 0 <= source < side:
                    matrix[pixel, source] += self.gain * share / sum(self.taps)
        return matrix

    def padding(self) -> tuple[int, int]:
        """Returns the number of zeros before and after the pixels."""
        raise NotImplementedError

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shape of the filtered maps."""
        batch, *sides, channels = input_shape
        return (batch, *(len(self.matrix(side)) for side in sides), channels)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that create an equal layer."""
        return {**super().get_config(), "taps": list(self.taps)}


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Upsampling(_Filter):
    """Doubles the side by inserting zeros and filtering: `[B, H, W, C]` to `[B, 2H, 2W, C]`.

    The taps (1, 3, 3, 1) of StyleGAN2 (arXiv:1912.04958) interpolate linearly between the centres of pixels.

    Args:
        taps: the symmetric filter, of at least 2 taps. It is scaled so that a constant map stays constant except at its
            edges, which are padded with zeros.
        **options: options of any Keras layer.
    """

    up = gain = 2

    def padding(self) -> tuple[int, int]:
        """Returns the padding that gives exactly twice the side."""
        return (len(self.taps) + 1) // 2, (len(self.taps) - 2) // 2


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Downsampling(_Filter):
    """Filters maps of even sides and keeps every second pixel: `[B, H, W, C]` to `[B, H/2, W/2, C]`.

    Args:
        taps: the symmetric filter, of at least 2 taps, scaled to a sum of 1. The maps are padded with zeros.
        **options: options of any Keras layer.
    """

    down = 2

    def padding(self) -> tuple[int, int]:
        """Returns the padding that gives exactly half the side."""
        return (len(self.taps) - 1) // 2, (len(self.taps) - 2) // 2


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Blur(_Filter):
    """Filters maps before a 3x3 convolution of stride 2 without padding halves their side.

    It maps `[B, H, W, C]` to `[B, H + 1, W + 1, C]` for filters with an even number of taps.

    Args:
        taps: the symmetric filter, scaled to a sum of 1. The maps are padded with zeros.
        **options: options of any Keras layer.
    """

    def padding(self) -> tuple[int, int]:
        """Returns the padding that gives one pixel more."""
        return len(self.taps) // 2, len(self.taps) // 2


@keras.saving.register_keras_serializable(package="ganreg_networks")
class Smoothing(_Filter):
    """Filters maps after a 3x3 convolution that has inserted zeros: `[B, 2H + 1, 2W + 1, C]` to `[B, 2H, 2W, C]`.

    With `ModulatedConvolution(..., upsample=True)` this is the upsampling of StyleGAN2's authors, who filter after the
    convolution; `Upsampling` before it differs at the edges and takes four times as many multiplications.

    Args:
        taps: the symmetric filter with an even number of taps, scaled to a sum of 2 along each axis, as half of the
            pixels along it were zeros. The maps are padded with zeros.
        **options: options of any Keras layer.
    """

    gain = 2

    def padding(self) -> tuple[int, int]:
        """Returns the padding that gives one pixel less."""
        return len(self.taps) // 2 - 1, len(self.taps) // 2 - 1
